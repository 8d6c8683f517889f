// What the gradient of W' means for one weight and its score, by method; W' itself.
#pragma once

#include "pruning_core/kernels/hard_concrete_element.h"
#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// kDense: no mask. kMasked: mask, no scores. kMovement: mask and scores. kSampledGates: L0 in
// training. kKeptGates: L0 after a rank cut. kEvaluatedGates: L0 in evaluation, W' only.
enum class GradientForm { kDense, kMasked, kMovement, kSampledGates, kKeptGates, kEvaluatedGates };

[[nodiscard]] constexpr bool HasScores(GradientForm form) {
  return form != GradientForm::kDense && form != GradientForm::kMasked;
}

// One element: W, S, its mask bit, its noise in [0, 1). What a form does not use is not read.
struct Element {
  float weight;
  float score;
  bool kept;
  float noise;
};

template <GradientForm form>
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline Gate GateOf(const Element& e) {
  if constexpr (form == GradientForm::kSampledGates) return SampledGate(e.noise, e.score);
  if constexpr (form == GradientForm::kEvaluatedGates) return EvaluatedGate(e.score);
  return e.kept ? KeptGate(e.score) : Gate{0.0F, 0.0F};
}

// gW and gS without the penalty's part; `upstream` is G = ∂loss/∂W'.
struct ElementGradients {
  float weight;
  float score;  // 0 without scores
};
template <GradientForm form>
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline ElementGradients GradientsOf(float upstream,
                                                                        const Element& e) {
  if constexpr (form == GradientForm::kDense) {
    return {upstream, 0.0F};
  } else if constexpr (form == GradientForm::kMasked) {
    return {e.kept ? upstream : 0.0F, 0.0F};
  } else if constexpr (form == GradientForm::kMovement) {
    return {e.kept ? upstream : 0.0F, upstream * e.weight};
  } else {
    const Gate gate = GateOf<form>(e);
    return {upstream * gate.value, upstream * e.weight * gate.slope};
  }
}

// W'.
template <GradientForm form>
[[nodiscard]] SPARSWEEP_HOST_DEVICE inline float WorkingOf(const Element& e) {
  if constexpr (form == GradientForm::kDense) {
    return e.weight;
  } else if constexpr (form == GradientForm::kMasked || form == GradientForm::kMovement) {
    return e.kept ? e.weight : 0.0F;
  } else {
    return GateOf<form>(e).value * e.weight;
  }
}

}  // namespace sparsweep::core
