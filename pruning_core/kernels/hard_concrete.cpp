#include "pruning_core/kernels/hard_concrete.h"

#include <cmath>

#include "pruning_core/kernels/for_each_cpu.h"
#include "pruning_core/kernels/sigmoid.h"

namespace sparsweep::core {
namespace {

constexpr float kLow = -0.1F;
constexpr float kSpan = 1.2F;       // from -0.1 to 1.1
constexpr float kSteepness = 1.5F;  // 1/b, b = 2/3
constexpr float kNoiseMargin = 1e-4F;

float Clamp(float value, float low, float high) {
  value = value < low ? low : value;
  return value > high ? high : value;
}

// σ((ln u - ln(1 - u) + S)/b) without a logarithm: exp(-ln(u/(1 - u))·3/2) = x·√x, x = (1 - u)/u.
float Concrete(float noise, float score) {
  const float u = Clamp(noise, kNoiseMargin, 1.0F - kNoiseMargin);
  const float x = (1.0F - u) / u;
  return 1.0F / (1.0F + x * std::sqrt(x) * Exp(-kSteepness * score));
}

}  // namespace

SPARSWEEP_FOR_EACH_CPU
void SampleGates(const float* noise, const float* scores, int64_t size, float* gate) {
  for (int64_t i = 0; i < size; ++i) {
    gate[i] = Clamp(Concrete(noise[i], scores[i]) * kSpan + kLow, 0.0F, 1.0F);
  }
}

SPARSWEEP_FOR_EACH_CPU
void SampleGatesAndSlopes(const float* noise, const float* scores, int64_t size, float* gate,
                          float* slope) {
  for (int64_t i = 0; i < size; ++i) {
    const float s = Concrete(noise[i], scores[i]);
    const float stretched = s * kSpan + kLow;
    const float z = Clamp(stretched, 0.0F, 1.0F);
    gate[i] = z;
    slope[i] = z == stretched ? kSpan * kSteepness * (s * (1.0F - s)) : 0.0F;
  }
}

SPARSWEEP_FOR_EACH_CPU
void EvaluateGates(const float* scores, int64_t size, float* gate) {
  for (int64_t i = 0; i < size; ++i) {
    gate[i] = Clamp(Sigmoid(scores[i]) * kSpan + kLow, 0.0F, 1.0F);
  }
}

SPARSWEEP_FOR_EACH_CPU
void EvaluateGatesAndSlopes(const float* scores, int64_t size, float* gate, float* slope) {
  for (int64_t i = 0; i < size; ++i) {
    const float s = Sigmoid(scores[i]);
    const float stretched = s * kSpan + kLow;
    const float z = Clamp(stretched, 0.0F, 1.0F);
    gate[i] = z;
    slope[i] = z == stretched ? kSpan * (s * (1.0F - s)) : 0.0F;
  }
}

}  // namespace sparsweep::core
