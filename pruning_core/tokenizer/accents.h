// Takes accents off: canonical decomposition (NFD), then no non-spacing marks.
#pragma once

#include "pruning_core/tokenizer/normal_text.h"

namespace sparsweep::core {

// Sources follow the tokenizers library: decomposing keeps the number of code points it began with
// apart from the ones it adds, and reordering marks does not reorder sources, so that the k-th of
// the code points that were there before has the k-th source and an added one the source before it.
void StripAccents(NormalText& text);

}  // namespace sparsweep::core
