// What a forward in training drops. No torch.
#pragma once

#include <cstdint>

namespace sparsweep::core {

// With probability 0, the default, nothing is drawn and nothing costs. Otherwise an element is
// dropped by a function of (seed, step, place in the model, dataset row, place in the example):
// whatever the threads, the padding or the batch's other rows, and the same after a resume.
// Probabilities in [0, 1), rounded to multiples of 2^-16; what is kept is divided by 1 - p.
struct Dropout {
  double hidden = 0;     // after embeddings, attention output, feed-forward and pooling
  double attention = 0;  // on the attention's probabilities
  uint64_t seed = 0;
  uint64_t step = 0;  // optimizer step
};

}  // namespace sparsweep::core
