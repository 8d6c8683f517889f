// One gate of L0 regularization; formulas and constants as in hard_concrete.h.
#pragma once

#include <cmath>

#include "pruning_core/kernels/host_device.h"
#include "pruning_core/kernels/sigmoid.h"

namespace sparsweep::core {

// A gate z and its slope ∂z/∂S, 0 where z is clamped.
struct Gate {
  float value;
  float slope;
};

// s in (0, 1) stretched and clamped; `steepness` = ∂(logit s)/∂S.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline Gate Stretched(float s, float steepness) {
  constexpr float kLow = -0.1F;
  constexpr float kSpan = 1.2F;  // from -0.1 to 1.1
  const float stretched = s * kSpan + kLow;
  float z = stretched < 0.0F ? 0.0F : stretched;
  z = z > 1.0F ? 1.0F : z;
  return {z, z == stretched ? kSpan * steepness * SigmoidSlope(s) : 0.0F};
}

// Sampled with noise u. σ((ln u - ln(1 - u) + S)/b) without a logarithm: exp(-ln(u/(1 - u))·3/2) =
// x·√x, x = (1 - u)/u.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline Gate SampledGate(float noise, float score) {
  constexpr float kSteepness = 1.5F;  // 1/b, b = 2/3
  constexpr float kNoiseMargin = 1e-4F;
  float u = noise < kNoiseMargin ? kNoiseMargin : noise;
  u = u > 1.0F - kNoiseMargin ? 1.0F - kNoiseMargin : u;
  const float x = (1.0F - u) / u;
  return Stretched(1.0F / (1.0F + x * std::sqrt(x) * Exp(-kSteepness * score)), kSteepness);
}

// Without noise.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline Gate EvaluatedGate(float score) {
  return Stretched(Sigmoid(score), 1.0F);
}

// After a rank cut: a gate that is kept stays at least 2 % open.
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline Gate KeptGate(float score) {
  constexpr float kLeastKept = -2.2F;
  return EvaluatedGate(score < kLeastKept ? kLeastKept : score);
}

}  // namespace sparsweep::core
