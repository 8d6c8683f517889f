#include "pruning_core/methods/soft_movement.h"

#include <cmath>
#include <limits>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/methods/ranking.h"
#include "pruning_core/methods/reference_threshold.h"

namespace sparsweep::core {
namespace {

constexpr float kSigmoidUnderflow = -89.0F;  // fp32 1/(1 + exp(-S)) is 0 up to here

float ScoreThreshold(double tau, Floor floor) {
  if (tau <= 0.0) {
    return floor == Floor::kReference ? kSigmoidUnderflow : -std::numeric_limits<float>::infinity();
  }
  return static_cast<float>(std::log(tau / (1.0 - tau)));
}

}  // namespace

void SoftMovement::Select(const Moment& moment, std::span<const MatrixView> matrices,
                          std::span<BitMask> masks) {
  const float threshold = ScoreThreshold(moment.threshold, floor_);
  ParallelFor(matrices.size(), [&](size_t m) {
    if (floor_ == Floor::kReference) {
      SelectAboveReference(moment, matrices[m], threshold, masks[m]);
      return;
    }
    const Values scores = matrices[m].scores;
    if (!KeepAbove(scores, threshold, masks[m])) RefuseNotFinite(moment, matrices[m]);
    const int64_t floor = FloorOf(static_cast<int64_t>(scores.size()));
    if (masks[m].Ones() < floor && !KeepLargest(scores, RankBy::kValue, floor, masks[m])) {
      RefuseNotFinite(moment, matrices[m]);
    }
  });
}

void SoftMovement::Gradients(const MatrixSlice& slice, float* weight_gradient,
                             float* score_gradient) const {
  ApplyMask(slice.mask, slice.upstream, slice.size, weight_gradient);
  Multiply(slice.upstream, slice.weights, slice.size, score_gradient);
}

double SoftMovement::AddPenalty(const float* scores, float weight, int64_t size,
                                float* score_gradient) const {
  return AddSigmoidPenalty(scores, 0.0F, weight, size, score_gradient);
}

std::optional<DeviceRule> SoftMovement::Rule(const Moment& moment) const {
  if (floor_ == Floor::kReference) return std::nullopt;
  return DeviceRule{.form = GradientForm::kMovement,
                    .keeps = Keeps::kAbove,
                    .threshold = ScoreThreshold(moment.threshold, floor_),
                    .floored = true,
                    .penalty_shift = 0.0F};
}

}  // namespace sparsweep::core
