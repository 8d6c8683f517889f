#include "pruning_core/kernels/hard_concrete.h"

#include "pruning_core/kernels/for_each_cpu.h"
#include "pruning_core/kernels/hard_concrete_element.h"

namespace sparsweep::core {

SPARSWEEP_FOR_EACH_CPU
void SampleGates(const float* noise, const float* scores, int64_t size, float* gate) {
  for (int64_t i = 0; i < size; ++i) gate[i] = SampledGate(noise[i], scores[i]).value;
}

SPARSWEEP_FOR_EACH_CPU
void SampleGatesAndSlopes(const float* noise, const float* scores, int64_t size, float* gate,
                          float* slope) {
  for (int64_t i = 0; i < size; ++i) {
    const Gate sampled = SampledGate(noise[i], scores[i]);
    gate[i] = sampled.value;
    slope[i] = sampled.slope;
  }
}

SPARSWEEP_FOR_EACH_CPU
void EvaluateGates(const float* scores, int64_t size, float* gate) {
  for (int64_t i = 0; i < size; ++i) gate[i] = EvaluatedGate(scores[i]).value;
}

SPARSWEEP_FOR_EACH_CPU
void KeptGatesAndSlopes(const float* scores, int64_t size, float* gate, float* slope) {
  for (int64_t i = 0; i < size; ++i) {
    const Gate kept = KeptGate(scores[i]);
    gate[i] = kept.value;
    slope[i] = kept.slope;
  }
}

}  // namespace sparsweep::core
