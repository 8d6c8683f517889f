// The logistic function in fp32 without branches or library calls: loops over it vectorize, and the
// bits do not depend on the C library.
#pragma once

#include <bit>
#include <cstdint>

#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// exp(x) within 2 units in the last place; x is clamped to [-87.3, 88.3], where the result is a
// normal number. Cody-Waite reduction x = n·ln 2 + r, |r| <= ln 2 / 2, then the Taylor polynomial
// of degree 7.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline float Exp(float x) {
  x = x < -87.3F ? -87.3F : x;
  x = x > 88.3F ? 88.3F : x;
  constexpr float kRound =
      12582912.0F;  // 1.5·2^23: adding it leaves the nearest integer in the low bits
  const float shifted = x * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * 0.693359375F) - n * -2.12194440e-4F;
  float p = 1.0F / 5040.0F;
  p = p * r + 1.0F / 720.0F;
  p = p * r + 1.0F / 120.0F;
  p = p * r + 1.0F / 24.0F;
  p = p * r + 1.0F / 6.0F;
  p = p * r + 0.5F;
  p = p * r + 1.0F;
  p = p * r + 1.0F;
  const uint32_t power = (std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(kRound) + 127u)
                         << 23;
  return p * std::bit_cast<float>(power);
}

// 1/(1 + exp(-x)).
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline float Sigmoid(float x) {
  return 1.0F / (1.0F + Exp(-x));
}

// ∂σ/∂x where σ(x) = s.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline float SigmoidSlope(float s) { return s * (1.0F - s); }

}  // namespace sparsweep::core
