// CounterStream lives with the arithmetic of single elements.
#pragma once

#include "pruning_core/kernels/counter_stream.h"  // IWYU pragma: export
