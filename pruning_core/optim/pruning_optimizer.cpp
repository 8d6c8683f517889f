#include "pruning_core/optim/pruning_optimizer.h"

#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/optim/gradient_chunks.h"
#include "pruning_core/schedule/learning_rate.h"

namespace sparsweep::core {
namespace {

constexpr double kNormEpsilon = 1e-6;  // in the reference's clipping coefficient

std::span<const float> FlatValues(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  return {tensor.const_data_ptr<float>(), static_cast<size_t>(tensor.numel())};
}

// "….query.weight" → "….query.mask_scores", the reference's name.
std::string ScoreName(const std::string& weight) {
  return weight.substr(0, weight.rfind('.')) + ".mask_scores";
}

// The gradient as a contiguous array; undefined when there is none.
at::Tensor FlatGradient(const at::Tensor& value) {
  const at::Tensor& gradient = value.grad();
  return gradient.defined() ? gradient.contiguous() : gradient;
}

void CheckFinite(double norm, int64_t step, const std::string& name) {
  if (std::isfinite(norm)) return;
  throw NumericError(step, name,
                     name +
                         ": the gradient is not finite; lower the learning rates, or check "
                         "the model's weights");
}

}  // namespace

PruningOptimizer::PruningOptimizer(const ParameterList& parameters,
                                   std::unique_ptr<PruningMethod> method,
                                   const Hyperparameters& hyper)
    : method_(std::move(method)), hyper_(hyper) {
  for (const Parameter& parameter : parameters) {
    const bool frozen =
        parameter.role == ParameterRole::kEmbedding && !method_->trains_embeddings();
    if (parameter.role == ParameterRole::kPrunable) {
      AddMatrix(parameter);
    } else if (!frozen) {
      const bool head = parameter.role == ParameterRole::kHead;
      others_.emplace_back(parameter.name, parameter.value,
                           head ? hyper.head_learning_rate : hyper.learning_rate,
                           parameter.decays ? hyper.weight_decay : 0.0);
    }
    if (parameter.role == ParameterRole::kEncoderVector) {
      encoder_vectors_ += parameter.value.numel();
    }
    parameter.value.set_requires_grad(!frozen);
  }
  Select();
}

void PruningOptimizer::AddMatrix(const Parameter& parameter) {
  PrunedMatrix matrix;
  matrix.name = parameter.name;
  matrix.working = parameter.value;
  matrix.weight = method_->drops_weights() ? parameter.value.detach().clone() : parameter.value;
  matrix.mask = BitMask(parameter.value.numel(), true);
  weights_.emplace_back(matrix.name, matrix.weight, hyper_.learning_rate, hyper_.weight_decay);
  if (method_->has_scores()) {
    matrix.score = at::zeros_like(matrix.weight);
    scores_.emplace_back(ScoreName(matrix.name), matrix.score, hyper_.score_learning_rate, 0.0);
  }
  matrices_.push_back(std::move(matrix));
}

StepReport PruningOptimizer::Step(double loss_share) {
  StepReport report;
  const double factor = LearningRateFactor(steps_done_, hyper_.warmup_steps, hyper_.total_steps);
  report.learning_rate = hyper_.learning_rate * factor;
  report.score_learning_rate = hyper_.score_learning_rate * factor;
  report.lambda = lambda();
  report.gradient_norm = GradientNorm(loss_share, report);
  if (hyper_.max_grad_norm > 0.0) {
    report.clip = std::min(1.0, hyper_.max_grad_norm / (report.gradient_norm + kNormEpsilon));
  }
  Update(loss_share, report.clip);
  ++steps_done_;
  Select();
  return report;
}

double PruningOptimizer::threshold() const {
  return hyper_.schedule.Threshold(steps_done_ + hyper_.first_schedule_step);
}

double PruningOptimizer::lambda() const {
  return hyper_.schedule.Lambda(steps_done_ + hyper_.first_schedule_step);
}

float PruningOptimizer::PenaltyWeight(const PrunedMatrix& matrix, double loss_share) const {
  const double elements =
      static_cast<double>(matrices_.size()) * static_cast<double>(matrix.weight.numel());
  return static_cast<float>(lambda() * loss_share / elements);
}

double PruningOptimizer::GradientNorm(double loss_share, StepReport& report) const {
  double total = 0.0;
  for (size_t m = 0; m < matrices_.size(); ++m) {
    const PrunedMatrix& matrix = matrices_[m];
    double penalty = 0.0;
    const double squared = MatrixNorm(m, PenaltyWeight(matrix, loss_share), penalty);
    CheckFinite(squared, steps_done_, matrix.name);
    total += squared;
    report.regularizer += penalty / static_cast<double>(matrix.weight.numel());
  }
  if (!matrices_.empty()) report.regularizer /= static_cast<double>(matrices_.size());
  for (const TrainedArray& array : others_) {
    const at::Tensor gradient = FlatGradient(array.value);
    if (!gradient.defined()) continue;
    const double squared = SquaredNorm(gradient.const_data_ptr<float>(), gradient.numel());
    CheckFinite(squared, steps_done_, array.name);
    total += squared;
  }
  return std::sqrt(total);
}

double PruningOptimizer::MatrixNorm(size_t m, float penalty_weight, double& penalty) const {
  const at::Tensor gradient = FlatGradient(matrices_[m].working);
  if (!gradient.defined()) return 0.0;
  double squared = 0.0;
  penalty =
      ForEachGradientChunk(*method_, matrices_[m], gradient.const_data_ptr<float>(), penalty_weight,
                           [&](int64_t, int64_t size, const float* gw, const float* gs) {
                             squared += SquaredNorm(gw, size);
                             if (!scores_.empty()) squared += SquaredNorm(gs, size);
                           });
  return squared;
}

void PruningOptimizer::Update(double loss_share, double clip) {
  const double factor = LearningRateFactor(steps_done_, hyper_.warmup_steps, hyper_.total_steps);
  const auto scalars = [&](const TrainedArray& array) {
    return array.Scalars(hyper_.adam, steps_done_ + 1, factor, clip);
  };
  for (size_t m = 0; m < matrices_.size(); ++m) {
    const PrunedMatrix& matrix = matrices_[m];
    const at::Tensor gradient = FlatGradient(matrix.working);
    if (!gradient.defined()) continue;
    const AdamWStep weight_scalars = scalars(weights_[m]);
    const AdamWStep score_scalars = scores_.empty() ? AdamWStep{} : scalars(scores_[m]);
    ForEachGradientChunk(*method_, matrix, gradient.const_data_ptr<float>(),
                         PenaltyWeight(matrix, loss_share),
                         [&](int64_t begin, int64_t size, const float* gw, const float* gs) {
                           weights_[m].Update(weight_scalars, begin, size, gw);
                           if (!scores_.empty()) scores_[m].Update(score_scalars, begin, size, gs);
                         });
    matrix.working.mutable_grad().reset();
  }
  for (const TrainedArray& array : others_) {
    const at::Tensor gradient = FlatGradient(array.value);
    if (!gradient.defined()) continue;
    array.Update(scalars(array), 0, gradient.numel(), gradient.const_data_ptr<float>());
    array.value.mutable_grad().reset();
  }
}

void PruningOptimizer::Select() {
  if (!method_->drops_weights()) return;
  std::vector<MatrixView> views;
  std::vector<BitMask> masks;
  for (PrunedMatrix& matrix : matrices_) {
    views.push_back({matrix.name, FlatValues(matrix.weight), FlatValues(matrix.score)});
    masks.push_back(std::move(matrix.mask));
  }
  const Moment moment{steps_done_ + hyper_.first_schedule_step, threshold(),
                      steps_done_ == hyper_.total_steps};
  method_->Select(moment, views, masks);
  for (size_t m = 0; m < matrices_.size(); ++m) {
    PrunedMatrix& matrix = matrices_[m];
    matrix.mask = std::move(masks[m]);
    ApplyMask(matrix.mask.From(0), matrix.weight.const_data_ptr<float>(), matrix.weight.numel(),
              matrix.working.mutable_data_ptr<float>());
  }
}

}  // namespace sparsweep::core
