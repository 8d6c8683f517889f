#include "pruning_core/optim/pruning_optimizer.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "pruning_core/methods/ranking.h"
#include "pruning_core/schedule/learning_rate.h"

namespace sparsweep::core {
namespace {

constexpr double kNormEpsilon = 1e-6;  // in the reference's clipping coefficient

// "….query.weight" → "….query.mask_scores", the reference's name.
std::string ScoreName(const std::string& weight) {
  return weight.substr(0, weight.rfind('.')) + ".mask_scores";
}

}  // namespace

PruningOptimizer::PruningOptimizer(const ParameterList& parameters,
                                   std::unique_ptr<PruningMethod> method,
                                   const Hyperparameters& hyper)
    : method_(std::move(method)), hyper_(hyper) {
  const bool away = !parameters.empty() && !parameters.front().value.is_cpu();
  const DevicePassesMaker make = parameters.empty() || !method_->Rule({})
                                     ? nullptr
                                     : FindDevicePasses(parameters.front().value.device());
  if (away && !make) shadow_ = std::make_unique<HostShadow>(parameters);
  TakeParameters(shadow_ ? shadow_->parameters() : parameters);
  if (make) TakeDevice(make);
  if (hyper.target_density && method_->natural_lambda() > 0.0) {
    const double first = hyper.first_lambda.value_or(
        FirstLambda(method_->natural_lambda(), static_cast<int64_t>(matrices_.size()),
                    hyper.score_learning_rate, hyper.total_steps, *hyper.target_density));
    controller_ = std::make_unique<DensityController>(
        DensityController::Settings{*hyper.target_density, first, hyper.schedule}, schedule_step());
  }
  Select();
  if (shadow_) shadow_->Publish();
}

void PruningOptimizer::TakeParameters(const ParameterList& parameters) {
  for (const Parameter& parameter : parameters) {
    const bool frozen =
        parameter.role == ParameterRole::kEmbedding && !method_->trains_embeddings();
    if (parameter.role == ParameterRole::kPrunable) {
      AddMatrix(parameter);
    } else if (!frozen) {
      const bool head = parameter.role == ParameterRole::kHead;
      others_.emplace_back(parameter.name, parameter.value,
                           head ? hyper_.head_learning_rate : hyper_.learning_rate,
                           parameter.decays ? hyper_.weight_decay : 0.0);
    }
    if (parameter.role == ParameterRole::kEncoderVector) {
      encoder_vectors_ += parameter.value.numel();
    }
    parameter.value.set_requires_grad(!frozen);
  }
}

void PruningOptimizer::AddMatrix(const Parameter& parameter) {
  PrunedMatrix matrix;
  matrix.name = parameter.name;
  matrix.index = static_cast<int64_t>(matrices_.size());
  matrix.working = parameter.value;
  matrix.weight = method_->drops_weights() ? parameter.value.detach().clone() : parameter.value;
  matrix.mask = BitMask(parameter.value.numel(), true);
  weights_.emplace_back(matrix.name, matrix.weight, hyper_.learning_rate, hyper_.weight_decay);
  if (method_->has_scores()) {
    const at::Tensor scores = at::empty(matrix.weight.sizes(), at::kFloat);
    FillScores(hyper_.score_init, matrix.name, scores.size(1),
               {scores.mutable_data_ptr<float>(), static_cast<size_t>(scores.numel())});
    matrix.score = scores.to(matrix.weight.device());
    scores_.emplace_back(ScoreName(matrix.name), matrix.score, hyper_.score_learning_rate, 0.0);
  }
  matrices_.push_back(std::move(matrix));
}

void PruningOptimizer::AfterBackward() {
  if (!method_->draws_each_forward()) return;
  if (shadow_) shadow_->FetchGradients();
  FoldGradients(*method_, matrices_);
  method_->NextForward();
  Use(WeightsFor::kTraining);
}

void PruningOptimizer::QueueStep(double loss_share) {
  if (device_) {
    QueueOnDevice(loss_share);
  } else {
    Step(loss_share);
  }
}

StepReport PruningOptimizer::Step(double loss_share) {
  if (device_) {
    StepReport report = QueueOnDevice(loss_share);
    Settle();
    report.gradient_norm = std::sqrt(device_->found.squares);
    report.clip = device_->found.clip;
    report.regularizer = device_->found.regularizer;
    if (!matrices_.empty()) report.regularizer /= static_cast<double>(matrices_.size());
    return report;
  }
  if (shadow_) shadow_->FetchGradients();
  const StepReport report = Advance(loss_share);
  if (shadow_) shadow_->Publish();
  return report;
}

StepReport PruningOptimizer::Advance(double loss_share) {
  const bool pending =
      method_->draws_each_forward() && !matrices_.empty() && matrices_[0].working.grad().defined();
  if (pending) FoldGradients(*method_, matrices_);
  StepReport report =
      Scheduled(LearningRateFactor(steps_done_, hyper_.warmup_steps, hyper_.total_steps));
  report.gradient_norm = GradientNorm(loss_share, report);
  if (hyper_.max_grad_norm > 0.0) {
    report.clip = std::min(1.0, hyper_.max_grad_norm / (report.gradient_norm + kNormEpsilon));
  }
  Update(loss_share, report.clip);
  if (pending) method_->NextForward();
  ++steps_done_;
  Select();
  if (controller_ && !cuts()) controller_->Advance(schedule_step(), density().mask_density);
  return report;
}

StepReport PruningOptimizer::Scheduled(double factor) const {
  StepReport report;
  report.learning_rate = hyper_.learning_rate * factor;
  report.score_learning_rate = hyper_.score_learning_rate * factor;
  report.lambda = lambda();
  return report;
}

double PruningOptimizer::threshold() const { return hyper_.schedule.Threshold(schedule_step()); }

double PruningOptimizer::lambda() const {
  Settle();
  return controller_ ? controller_->lambda() : hyper_.schedule.Lambda(schedule_step());
}

bool PruningOptimizer::cuts() const { return controller_ && steps_done_ >= controller_->CutStep(); }

void PruningOptimizer::Select() {
  if (device_) return SelectOnDevice();
  if (!method_->drops_weights()) return;
  const Moment moment{schedule_step(), threshold(), done(), cuts()};
  ChooseMasks(matrices_, [&](std::span<const MatrixView> views, std::span<BitMask> masks) {
    method_->Select(moment, views, masks);
  });
  if (moment.cut) {
    controller_->RecordCut(density().mask_density);
    ChooseMasks(matrices_, [&](std::span<const MatrixView> views, std::span<BitMask> masks) {
      const Moment exact{moment.step, controller_->target(), moment.last, true};
      SelectOverall(exact, views, RankBy::kValue, masks);
    });
  }
  FillWorking(*method_, done() ? WeightsFor::kEvaluation : WeightsFor::kTraining, matrices_);
}

void PruningOptimizer::Use(WeightsFor use) {
  if (!method_->evaluates_apart() || done()) return;
  if (device_) return FillOnDevice(use);
  FillWorking(*method_, use, matrices_);
  if (shadow_) shadow_->Publish();
}

}  // namespace sparsweep::core
