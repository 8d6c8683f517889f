// PruningOptimizer's two passes over gradients: norm, then update.
#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/optim/gradient_chunks.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/schedule/learning_rate.h"

namespace sparsweep::core {
namespace {

// The gradient as a contiguous array; undefined when there is none.
at::Tensor FlatGradient(const at::Tensor& value) {
  const at::Tensor& gradient = value.grad();
  return gradient.defined() ? gradient.contiguous() : gradient;
}

const float* Values(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr;
}

bool HasGradient(const PrunedMatrix& matrix) {
  return matrix.weight_gradient.defined() || matrix.working.grad().defined();
}

[[noreturn]] void RefuseNotFinite(int64_t step, const std::string& name, const char* what) {
  throw NumericError(step, name,
                     name + ": " + what +
                         " is not finite; lower the learning rates, or check the model's weights");
}

void CheckGradient(double norm, int64_t step, const std::string& name) {
  if (!std::isfinite(norm)) RefuseNotFinite(step, name, "the gradient");
}

}  // namespace

float PruningOptimizer::PenaltyWeight(const PrunedMatrix& matrix, double loss_share) const {
  const double elements =
      static_cast<double>(matrices_.size()) * static_cast<double>(matrix.weight.numel());
  return static_cast<float>(lambda() * loss_share / elements);
}

double PruningOptimizer::GradientNorm(double loss_share, StepReport& report) const {
  const size_t matrices = matrices_.size();
  std::vector<double> squared(matrices + others_.size());
  std::vector<double> penalties(matrices);
  ParallelFor(squared.size(), [&](size_t i) {
    squared[i] = i < matrices ? MatrixNorm(matrices_[i], loss_share, penalties[i])
                              : ArrayNorm(others_[i - matrices]);
  });
  for (size_t m = 0; m < matrices; ++m) {
    report.regularizer += penalties[m] / static_cast<double>(matrices_[m].weight.numel());
  }
  if (matrices > 0) report.regularizer /= static_cast<double>(matrices);
  return std::sqrt(std::accumulate(squared.begin(), squared.end(), 0.0));
}

double PruningOptimizer::ArrayNorm(const TrainedArray& array) const {
  const at::Tensor gradient = FlatGradient(array.value);
  if (!gradient.defined()) return 0.0;
  if (!AllFinite(Values(array.value), array.value.numel())) {
    RefuseNotFinite(steps_done_, array.name, "a value");
  }
  const double squared = SquaredNorm(Values(gradient), gradient.numel());
  CheckGradient(squared, steps_done_, array.name);
  return squared;
}

double PruningOptimizer::MatrixNorm(const PrunedMatrix& matrix, double loss_share,
                                    double& penalty) const {
  if (!HasGradient(matrix)) return 0.0;
  const at::Tensor gradient = FlatGradient(matrix.working);
  const float* const weights = Values(matrix.weight);
  const float* const scores = Values(matrix.score);
  double squared = 0.0;
  bool finite = true;
  penalty =
      ForEachGradientChunk(*method_, matrix, Values(gradient), PenaltyWeight(matrix, loss_share),
                           [&](int64_t begin, int64_t size, const float* gw, const float* gs) {
                             squared += SquaredNorm(gw, size);
                             finite = finite && AllFinite(weights + begin, size);
                             if (scores == nullptr) return;
                             squared += SquaredNorm(gs, size);
                             finite = finite && AllFinite(scores + begin, size);
                           });
  if (!finite) RefuseNotFinite(steps_done_, matrix.name, "a weight or score");
  CheckGradient(squared, steps_done_, matrix.name);
  return squared;
}

void PruningOptimizer::Update(double loss_share, double clip) {
  const double factor = LearningRateFactor(steps_done_, hyper_.warmup_steps, hyper_.total_steps);
  const size_t matrices = matrices_.size();
  ParallelFor(matrices + others_.size(), [&](size_t i) {
    if (i < matrices) {
      UpdateMatrix(i, loss_share, factor, clip);
    } else {
      UpdateArray(others_[i - matrices], factor, clip);
    }
  });
}

void PruningOptimizer::UpdateArray(const TrainedArray& array, double factor, double clip) const {
  const at::Tensor gradient = FlatGradient(array.value);
  if (!gradient.defined()) return;
  array.Update(array.Scalars(hyper_.adam, steps_done_ + 1, factor, clip), 0, gradient.numel(),
               Values(gradient));
  array.value.mutable_grad().reset();
}

void PruningOptimizer::UpdateMatrix(size_t m, double loss_share, double factor, double clip) {
  PrunedMatrix& matrix = matrices_[m];
  if (!HasGradient(matrix)) return;
  const at::Tensor gradient = FlatGradient(matrix.working);
  const auto scalars = [&](const TrainedArray& array) {
    return array.Scalars(hyper_.adam, steps_done_ + 1, factor, clip);
  };
  const AdamWStep weight_scalars = scalars(weights_[m]);
  const AdamWStep score_scalars = scores_.empty() ? AdamWStep{} : scalars(scores_[m]);
  ForEachGradientChunk(*method_, matrix, Values(gradient), PenaltyWeight(matrix, loss_share),
                       [&](int64_t begin, int64_t size, const float* gw, const float* gs) {
                         weights_[m].Update(weight_scalars, begin, size, gw);
                         if (!scores_.empty()) scores_[m].Update(score_scalars, begin, size, gs);
                       });
  matrix.working.mutable_grad().reset();
  matrix.weight_gradient.reset();
  matrix.score_gradient.reset();
}

PruningOptimizer::MatrixGradients PruningOptimizer::Gradients(size_t m, double loss_share) const {
  PrunedMatrix matrix = matrices()[m];
  MatrixGradients out;
  if (shadow_) shadow_->FetchGradients();
  if (!HasGradient(matrix)) return out;
  at::Tensor gradient = FlatGradient(matrix.working);
  if (device_) {
    gradient = gradient.cpu();
    matrix.weight = matrix.weight.cpu();
    if (matrix.score.defined()) matrix.score = matrix.score.cpu();
  }
  out.weight = at::empty_like(matrix.weight);
  if (matrix.score.defined()) out.score = at::empty_like(matrix.score);
  ForEachGradientChunk(*method_, matrix, Values(gradient), PenaltyWeight(matrix, loss_share),
                       [&](int64_t begin, int64_t size, const float* gw, const float* gs) {
                         std::copy_n(gw, size, out.weight.mutable_data_ptr<float>() + begin);
                         if (out.score.defined()) {
                           std::copy_n(gs, size, out.score.mutable_data_ptr<float>() + begin);
                         }
                       });
  return out;
}

}  // namespace sparsweep::core
