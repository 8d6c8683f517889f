// Loops over contiguous fp32 arrays that training makes once or twice per step. No torch, no
// threads; pointers do not overlap. Sums are added in a fixed order, so equal inputs give equal
// bits.
#pragma once

#include <cstdint>

namespace sparsweep::core {

// out = kept ? in : 0. `mask`: bits from the least significant on, the first for element 0.
void ApplyMask(const uint8_t* mask, const float* in, int64_t size, float* out);

// out = a·b.
void Multiply(const float* a, const float* b, int64_t size, float* out);

// gradient += weight · σ'(scores + shift); returns Σ σ(scores + shift). σ' = σ(1 - σ).
double AddSigmoidPenalty(const float* scores, float shift, float weight, int64_t size,
                         float* gradient);

// No NaN and no infinity.
[[nodiscard]] bool AllFinite(const float* values, int64_t size);

// Σ values², in double.
[[nodiscard]] double SquaredNorm(const float* values, int64_t size);

}  // namespace sparsweep::core
