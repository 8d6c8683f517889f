// The optimizer's two passes over all arrays at once, one block a piece of work. Gradients of
// weights and scores exist in registers only.
#pragma once

#include "pruning_core/kernels/cuda/block_sum.cuh"
#include "pruning_core/kernels/cuda/update_types.h"
#include "pruning_core/kernels/cuda/work_list.h"
#include "pruning_core/kernels/float_key.h"
#include "pruning_core/kernels/gate_stream.h"
#include "pruning_core/kernels/gradient_element.h"

namespace sparsweep::core {

template <GradientForm form>
__device__ Element LoadElement(const UpdatedArray& array, const CounterStream& noise, int64_t i) {
  Element e{array.value[i], 0.0F, true, 0.0F};
  if constexpr (HasScores(form)) e.score = array.score[i];
  if constexpr (form == GradientForm::kSampledGates) {
    e.noise = noise.UnitAt(static_cast<uint64_t>(i));
  } else if constexpr (form != GradientForm::kDense && form != GradientForm::kEvaluatedGates) {
    e.kept = (array.mask[i / 32] >> (i % 32) & 1u) != 0;
  }
  return e;
}

// gW and gS of the step, the penalty's part included; `sigmoid` = penalty(S).
struct StepGradients {
  float weight, score, sigmoid;
};
template <GradientForm form>
__device__ StepGradients StepGradientsOf(const UpdatedArray& array, const UpdateSettings& settings,
                                         const Element& e, float upstream) {
  const ElementGradients plain = GradientsOf<form>(upstream, e);
  StepGradients out{plain.weight, plain.score, 0.0F};
  if constexpr (HasScores(form)) {
    if (settings.penalized) {
      out.sigmoid = Sigmoid(e.score + settings.penalty_shift);
      out.score += array.penalty_weight * SigmoidSlope(out.sigmoid);
    }
  }
  return out;
}

// Σ gradient² and Σ penalty of each piece of work, and what is not finite.
template <GradientForm form>
__global__ void NormPass(const UpdatedArray* arrays, const Work* list, UpdateSettings settings,
                         WorkNorm* norms, StepControl* control) {
  const Work work = list[blockIdx.x];
  const UpdatedArray& array = arrays[work.array];
  double squares = 0.0;
  double penalty = 0.0;
  if (array.upstream != nullptr) {
    const CounterStream noise = GateStream(settings.seed, settings.draw, array.matrix);
    bool gradient_finite = true;
    bool value_finite = true;
    for (int32_t k = static_cast<int32_t>(threadIdx.x); k < work.count; k += kBlockThreads) {
      const int64_t i = work.begin + k;
      const Element e = LoadElement<form>(array, noise, i);
      const StepGradients g = StepGradientsOf<form>(array, settings, e, array.upstream[i]);
      value_finite = value_finite && IsFinite(e.weight) && IsFinite(e.score);
      gradient_finite = gradient_finite && IsFinite(g.weight) && IsFinite(g.score);
      const auto weight = static_cast<double>(g.weight);
      const auto score = static_cast<double>(g.score);
      squares += weight * weight + score * score;
      penalty += static_cast<double>(g.sigmoid);
    }
    if (!gradient_finite) atomicMin(&control->bad_gradient, work.array);
    if (!value_finite) atomicMin(&control->bad_value, work.array);
  }
  squares = BlockSum(squares);
  penalty = BlockSum(penalty);
  if (threadIdx.x == 0) {
    norms[blockIdx.x] = {squares, penalty / static_cast<double>(array.size)};
  }
}

// One block: norm and clipping coefficient min(1, max_norm/(norm + 1e-6)); no clipping where
// max_norm is 0.
__global__ inline void FinishNorm(const WorkNorm* norms, int32_t count, double max_norm,
                                  StepControl* control) {
  constexpr double kEpsilon = 1e-6;  // the reference's
  double squares = 0.0;
  double penalty = 0.0;
  for (int32_t k = static_cast<int32_t>(threadIdx.x); k < count; k += kBlockThreads) {
    squares += norms[k].squares;
    penalty += norms[k].penalty;
  }
  squares = BlockSum(squares);
  penalty = BlockSum(penalty);
  if (threadIdx.x != 0) return;
  control->squares = squares;
  control->regularizer = penalty;
  const double ratio = max_norm / (sqrt(squares) + kEpsilon);
  control->clip = max_norm > 0.0 && ratio < 1.0 ? static_cast<float>(ratio) : 1.0F;
}

// AdamW on values and scores. Nothing is written when the norm pass found what is not finite.
template <GradientForm form>
__global__ void UpdatePass(const UpdatedArray* arrays, const Work* list, UpdateSettings settings,
                           const StepControl* control) {
  if (control->bad_gradient != StepControl::kNone || control->bad_value != StepControl::kNone) {
    return;
  }
  const Work work = list[blockIdx.x];
  const UpdatedArray& array = arrays[work.array];
  if (array.upstream == nullptr) return;
  AdamWStep value_step = array.value_step;
  AdamWStep score_step = array.score_step;
  value_step.clip = score_step.clip = control->clip;
  const CounterStream noise = GateStream(settings.seed, settings.draw, array.matrix);
  for (int32_t k = static_cast<int32_t>(threadIdx.x); k < work.count; k += kBlockThreads) {
    const int64_t i = work.begin + k;
    const Element e = LoadElement<form>(array, noise, i);
    const StepGradients g = StepGradientsOf<form>(array, settings, e, array.upstream[i]);
    UpdateElement(value_step, g.weight, array.value[i], array.value_first[i],
                  array.value_second[i]);
    if constexpr (HasScores(form)) {
      UpdateElement(score_step, g.score, array.score[i], array.score_first[i],
                    array.score_second[i]);
    }
  }
}

// W' where masks alone do not give it: L0's gates. `noise` of the coming step.
template <GradientForm form>
__global__ void WorkingPass(const UpdatedArray* arrays, float* const* working, const Work* list,
                            UpdateSettings settings) {
  const Work work = list[blockIdx.x];
  const UpdatedArray& array = arrays[work.array];
  const CounterStream noise = GateStream(settings.seed, settings.draw, array.matrix);
  for (int32_t k = static_cast<int32_t>(threadIdx.x); k < work.count; k += kBlockThreads) {
    const int64_t i = work.begin + k;
    working[work.array][i] = WorkingOf<form>(LoadElement<form>(array, noise, i));
  }
}

}  // namespace sparsweep::core
