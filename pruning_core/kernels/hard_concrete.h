// The gates of L0 regularization: hard concrete, stretched to (-0.1, 1.1), temperature 2/3
// (Louizos, Welling, Kingma, arXiv 1712.01312, section 4; constants of movement pruning's
// reference). S scores, u noise in (0, 1); pointers do not overlap.
#pragma once

#include <cstdint>

namespace sparsweep::core {

// z(S) = 0 up to here: σ(S) <= 1/12. Its negative is where z becomes 1.
inline constexpr float kGateClosed = -2.39790F;
// -b·ln(-l/r): P(z > 0) = σ(S + kGateShift) when sampled.
inline constexpr float kGateShift = 1.598597F;

// gate = z = clamp(1.2·s - 0.1, 0, 1), s = σ((ln u - ln(1 - u) + S)·3/2), u clamped to [1e-4,
// 1 - 1e-4].
void SampleGates(const float* noise, const float* scores, int64_t size, float* gate);

// The same and slope = ∂z/∂S = 1.2·s(1 - s)·3/2, 0 where z is clamped.
void SampleGatesAndSlopes(const float* noise, const float* scores, int64_t size, float* gate,
                          float* slope);

// Without noise: s = σ(S).
void EvaluateGates(const float* scores, int64_t size, float* gate);

// Without noise, of weights that a rank cut keeps: S is raised to -2.2, where the gate is 2 % open;
// slope = 1.2·s(1 - s), 0 where z is clamped.
void KeptGatesAndSlopes(const float* scores, int64_t size, float* gate, float* slope);

}  // namespace sparsweep::core
