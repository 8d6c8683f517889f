// The noise of L0's gates, one draw per optimizer step.
#pragma once

#include <cstdint>

#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// Element i of the matrix draws UnitAt(i). `draw` numbers the optimizer steps.
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr CounterStream GateStream(uint64_t seed, uint64_t draw,
                                                                       int64_t matrix) {
  constexpr uint64_t kGates = 0x67617465;  // the purpose of these streams
  return {seed ^ kGates, draw, static_cast<uint64_t>(matrix)};
}

}  // namespace sparsweep::core
