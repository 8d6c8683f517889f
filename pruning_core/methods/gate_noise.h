// The noise of L0's gates: a function of where it is used, so the same bits whatever the threads
// and after a resume.
#pragma once

#include <cstdint>

namespace sparsweep::core {

// `draw` numbers the draws of a run: optimizer steps, or forward passes in reference numerics.
struct GateNoise {
  uint64_t seed = 0;
  uint64_t draw = 0;

  // noise[i] in [0, 1) for element begin + i of a matrix; begin is even.
  void Fill(int64_t matrix, int64_t begin, int64_t size, float* noise) const;
  // As the recorded runs of the reference were driven: the upper 24 bits of Mix((seed << 48) |
  // (draw << 32) | (matrix << 24) | element).
  void FillReference(int64_t matrix, int64_t begin, int64_t size, float* noise) const;
};

}  // namespace sparsweep::core
