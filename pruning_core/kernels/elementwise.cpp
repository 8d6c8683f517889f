#include "pruning_core/kernels/elementwise.h"

#include <algorithm>
#include <cstring>

#include "pruning_core/kernels/float_key.h"
#include "pruning_core/kernels/for_each_cpu.h"
#include "pruning_core/kernels/sigmoid.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kLanes = 8;  // partial sums that do not wait for each other

double Total(const double (&lanes)[kLanes]) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace

// Eight at a time as the compilers' vectors: of the loop they would make a test for each.
SPARSWEEP_FOR_EACH_CPU
void ApplyMask(const uint8_t* mask, const float* in, int64_t size, float* out) {
  using Eight = uint32_t __attribute__((vector_size(32)));
  constexpr Eight kBit = {1, 2, 4, 8, 16, 32, 64, 128};
  const int64_t whole = size / 8;
  for (int64_t block = 0; block < whole; ++block) {
    Eight value;
    std::memcpy(&value, in + block * 8, sizeof(value));
    value &= ((mask[block] & kBit) == kBit);
    std::memcpy(out + block * 8, &value, sizeof(value));
  }
  for (int64_t i = whole * 8; i < size; ++i) {
    out[i] = (mask[i / 8] >> (i % 8) & 1) != 0 ? in[i] : 0.0F;
  }
}

SPARSWEEP_FOR_EACH_CPU
void Multiply(const float* a, const float* b, int64_t size, float* out) {
  for (int64_t i = 0; i < size; ++i) out[i] = a[i] * b[i];
}

SPARSWEEP_FOR_EACH_CPU
double AddSigmoidPenalty(const float* scores, float shift, float weight, int64_t size,
                         float* gradient) {
  constexpr int64_t kStrip = 256;  // the compiler vectorizes one loop at a time
  float sigmoid[kStrip];
  double lanes[kLanes] = {};
  for (int64_t begin = 0; begin < size; begin += kStrip) {
    const int64_t count = std::min(kStrip, size - begin);
    for (int64_t i = 0; i < count; ++i) sigmoid[i] = Sigmoid(scores[begin + i] + shift);
    for (int64_t i = 0; i < count; ++i) {
      gradient[begin + i] += weight * SigmoidSlope(sigmoid[i]);
    }
    const int64_t whole = count / kLanes * kLanes;
    for (int64_t i = 0; i < whole; i += kLanes) {
      for (int64_t j = 0; j < kLanes; ++j) lanes[j] += static_cast<double>(sigmoid[i + j]);
    }
    for (int64_t i = whole; i < count; ++i) lanes[i - whole] += static_cast<double>(sigmoid[i]);
  }
  return Total(lanes);
}

SPARSWEEP_FOR_EACH_CPU
bool AllFinite(const float* values, int64_t size) {
  uint32_t found = 0;
  for (int64_t i = 0; i < size; ++i) found |= IsFinite(values[i]) ? 0u : 1u;
  return found == 0;
}

SPARSWEEP_FOR_EACH_CPU
double SquaredNorm(const float* values, int64_t size) {
  double lanes[kLanes] = {};
  const int64_t whole = size / kLanes * kLanes;
  for (int64_t i = 0; i < whole; i += kLanes) {
    for (int64_t j = 0; j < kLanes; ++j) {
      const auto value = static_cast<double>(values[i + j]);
      lanes[j] += value * value;
    }
  }
  for (int64_t i = whole; i < size; ++i) {
    const auto value = static_cast<double>(values[i]);
    lanes[i - whole] += value * value;
  }
  return Total(lanes);
}

}  // namespace sparsweep::core
