// What CaseRun compares, and within which tolerance.
#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "pruning_core/methods/gate_noise.h"
#include "pruning_core/optim/gradient_chunks.h"
#include "pruning_core/verify/case_optimizer.h"
#include "pruning_core/verify/case_run.h"
#include "pruning_core/verify/tolerances.h"

namespace sparsweep::core {
namespace {

constexpr float kKeepAll = -100.0F;  // the global threshold while v is 1

std::span<const float> Values(const at::Tensor& contiguous) {
  return {contiguous.const_data_ptr<float>(), static_cast<size_t>(contiguous.numel())};
}

std::vector<uint8_t> Bits(const BitMask& mask) {
  std::vector<uint8_t> bits(static_cast<size_t>(mask.size()));
  for (int64_t i = 0; i < mask.size(); ++i) bits[static_cast<size_t>(i)] = mask.Get(i) ? 1 : 0;
  return bits;
}

}  // namespace

void CaseRun::CollectParameters() {
  for (const Parameter& parameter : student_.parameters()) {
    if (parameter.role != ParameterRole::kPrunable) {
      parameters_.emplace(StoredName(parameter.name), parameter.value.detach());
    }
  }
  for (const PrunedMatrix& matrix : optimizer_.matrices()) {
    const std::string name = MatrixName(matrix.name);
    parameters_.emplace(name + ".weight", matrix.weight.detach());
    if (matrix.score.defined()) parameters_.emplace(name + ".mask_scores", matrix.score);
  }
  // A span model has no pooler: the stored one must stay as it began.
  for (const std::string& name : file_.without_gradient) {
    if (!parameters_.contains(name) && golden_.Has("init/" + name)) {
      parameters_.emplace(name, golden_.ReadAny("init/" + name));
    }
  }
}

void CaseRun::CompareSchedule(int64_t forward) {
  const auto i = static_cast<size_t>(forward);
  const ForwardSeries& stored = file_.forwards;
  const int64_t step = optimizer_.steps_done();
  const int64_t t = step + file_.hyper.first_schedule_step;
  const Place place{forward, step};
  const auto compare = [&](Quantity quantity, double ours, double theirs) {
    comparison_.Number(quantity, place, ours, theirs, tolerance::kSchedule * std::abs(theirs));
  };
  if (!stored.schedule_step.empty()) {
    compare(Quantity::kScheduleStep, static_cast<double>(t),
            static_cast<double>(stored.schedule_step[i]));
  }
  compare(Quantity::kThreshold, optimizer_.threshold(), stored.v[i]);
  const double lambda = file_.regularized ? optimizer_.lambda() : file_.hyper.schedule.Lambda(t);
  compare(Quantity::kLambda, lambda, stored.lambda[i]);
  if (!stored.threshold_used.empty()) {
    CompareThresholdUsed(Quantity::kThresholdUsed, place, stored.threshold_used[i]);
  }
}

void CaseRun::CompareThresholdUsed(Quantity quantity, const Place& place, double stored) {
  if (file_.threshold_interval == 0) {
    comparison_.Number(quantity, place, optimizer_.threshold(), stored,
                       tolerance::kSchedule * std::abs(stored));
    return;
  }
  float used = kKeepAll;
  if (optimizer_.threshold() != 1.0) used = MethodMemory(optimizer_)[0].item<float>();
  comparison_.Number(quantity, place, static_cast<double>(used), stored,
                     tolerance::Scores(file_.hyper.score_learning_rate));
}

std::vector<int64_t> CaseRun::MaskOnes() const {
  std::vector<int64_t> ones;
  for (const PrunedMatrix& matrix : optimizer_.matrices()) {
    if (!method_->draws_each_forward()) {
      ones.push_back(matrix.mask.Ones());
      continue;
    }
    // z of this forward pass = W' of weights that are all 1.
    std::vector<float> weights(static_cast<size_t>(matrix.weight.numel()), 1.0F);
    std::vector<float> gates(weights.size());
    MatrixSlice slice = SliceOf(matrix, nullptr, 0, matrix.weight.numel());
    slice.weights = weights.data();
    method_->Working(slice, gates.data());
    ones.push_back(static_cast<int64_t>(gates.size()) -
                   std::count(gates.begin(), gates.end(), 0.0F));
  }
  return ones;
}

void CaseRun::CompareMasks(int64_t forward) {
  const auto i = static_cast<size_t>(forward);
  const ForwardSeries& stored = file_.forwards;
  const Place place{forward, optimizer_.steps_done()};
  const std::vector<int64_t> ours = MaskOnes();
  const std::vector<int64_t> ones =
      stored.mask_ones.empty() ? std::vector<int64_t>{} : stored.mask_ones[i];
  for (size_t m = 0; m < ours.size(); ++m) {
    CompareMask(Quantity::kMasks, Quantity::kMaskCounts, fmt::format("mask/{}/", forward), place, m,
                ours[m], ones);
  }
  if (stored.mask_density.empty()) return;
  const auto total = static_cast<double>(optimizer_.density().prunable);
  const double density =
      static_cast<double>(std::accumulate(ours.begin(), ours.end(), int64_t{0})) / total;
  comparison_.Number(
      Quantity::kMaskDensity, place, density, stored.mask_density[i],
      file_.method == "l0" ? static_cast<double>(ours.size()) / total : tolerance::kSchedule);
}

void CaseRun::CompareNoise(int64_t forward) {
  for (const PrunedMatrix& matrix : optimizer_.matrices()) {
    const std::string name = fmt::format("{}/{}", forward, MatrixName(matrix.name));
    const Place place{forward, optimizer_.steps_done(), MatrixName(matrix.name)};
    if (method_->draws_each_forward() && golden_.Has("u/" + name)) {
      const at::Tensor stored = golden_.Read("u/" + name, matrix.weight.sizes());
      std::vector<float> noise(static_cast<size_t>(stored.numel()));
      GateNoise{file_.seed, static_cast<uint64_t>(forward)}.FillReference(
          matrix.index, 0, stored.numel(), noise.data());
      comparison_.Array(Quantity::kNoise, place, noise, Values(stored), 0.0);
    }
    if (golden_.Has("weff/" + name)) {
      const at::Tensor stored = golden_.Read("weff/" + name, matrix.weight.sizes());
      comparison_.Array(Quantity::kMaskedWeights, place, Values(matrix.working.detach()),
                        Values(stored), tolerance::kWeights);
    }
  }
}

void CaseRun::CompareEvalMasks() {
  const Place place{-1, optimizer_.steps_done()};
  for (size_t m = 0; m < optimizer_.matrices().size(); ++m) {
    CompareMask(Quantity::kEvalMasks, Quantity::kEvalMaskCounts, "eval_mask/", place, m,
                optimizer_.matrices()[m].mask.Ones(), file_.eval_mask_ones);
  }
  if (file_.eval_threshold) {
    CompareThresholdUsed(Quantity::kEvalThreshold, place, *file_.eval_threshold);
  }
}

void CaseRun::CompareMask(Quantity bits, Quantity count, const std::string& group,
                          const Place& place, size_t matrix, int64_t ours_ones,
                          const std::vector<int64_t>& ones) {
  const PrunedMatrix& ours = optimizer_.matrices()[matrix];
  Place at = place;
  at.tensor = MatrixName(ours.name);
  if (!ones.empty()) {
    comparison_.Number(count, at, static_cast<double>(ours_ones), static_cast<double>(ones[matrix]),
                       file_.method == "l0" ? 1.0 : 0.0);
  }
  const std::string name = group + at.tensor;
  if (!golden_.Has(name)) return;
  const at::Tensor stored = golden_.ReadMask(name, ours.weight.sizes());
  comparison_.Bits(bits, at, Bits(ours.mask),
                   {stored.const_data_ptr<uint8_t>(), static_cast<size_t>(stored.numel())});
}

void CaseRun::CompareTotal(int64_t forward, double loss) {
  const auto i = static_cast<size_t>(forward);
  const ForwardSeries& stored = file_.forwards;
  const auto compare = [&](Quantity quantity, double ours, double theirs) {
    comparison_.Number(quantity, {forward, optimizer_.steps_done()}, ours, theirs,
                       tolerance::kLoss * std::max(1.0, std::abs(theirs)));
  };
  const double regularizer = file_.regularized ? Regularizer() : 0.0;
  if (!stored.regularizer.empty()) {
    compare(Quantity::kRegularizer, regularizer, stored.regularizer[i]);
  }
  compare(Quantity::kTotalLoss,
          (loss + optimizer_.lambda() * regularizer) / static_cast<double>(file_.accumulation),
          stored.loss[i]);
}

double CaseRun::Regularizer() const {
  double sum = 0.0;
  for (const PrunedMatrix& matrix : optimizer_.matrices()) {
    std::vector<float> unused(static_cast<size_t>(matrix.score.numel()));
    sum += method_->AddPenalty(matrix.score.const_data_ptr<float>(), 0.0F, matrix.score.numel(),
                               unused.data()) /
           static_cast<double>(matrix.score.numel());
  }
  return sum / static_cast<double>(optimizer_.matrices().size());
}

void CaseRun::CompareGradient(const std::string& name, const at::Tensor& gradient) {
  if (noise_only_.contains(name) || !golden_.Has("grad0/" + name)) return;
  const at::Tensor stored = golden_.Read("grad0/" + name, gradient.sizes());
  const double largest = stored.numel() == 0 ? 0.0 : stored.abs().max().item<double>();
  comparison_.Array(Quantity::kFirstGradients, {-1, 0, name}, Values(gradient.contiguous()),
                    Values(stored), tolerance::kGradient + tolerance::kGradientShare * largest);
}

void CaseRun::CompareGradients(double loss_share) {
  for (size_t m = 0; m < optimizer_.matrices().size(); ++m) {
    const std::string name = MatrixName(optimizer_.matrices()[m].name);
    const PruningOptimizer::MatrixGradients gradients = optimizer_.Gradients(m, loss_share);
    CompareGradient(name + ".weight", gradients.weight);
    if (gradients.score.defined()) CompareGradient(name + ".mask_scores", gradients.score);
  }
  const std::set<std::string> without(file_.without_gradient.begin(), file_.without_gradient.end());
  for (const Parameter& parameter : student_.parameters()) {
    const std::string name = StoredName(parameter.name);
    const bool prunable = parameter.role == ParameterRole::kPrunable;
    const bool trained = prunable || parameter.value.grad().defined();
    comparison_.Number(Quantity::kTrained, {-1, 0, name}, trained ? 1.0 : 0.0,
                       without.contains(name) ? 0.0 : 1.0, 0.0);
    if (trained && !prunable) CompareGradient(name, parameter.value.grad());
  }
}

void CaseRun::CompareParameters() {
  const int64_t steps = optimizer_.steps_done();
  const std::string group = fmt::format("after{}/", steps);
  const double rate = file_.hyper.score_learning_rate;
  for (const auto& [name, value] : parameters_) {
    if (noise_only_.contains(name) || !golden_.Has(group + name)) continue;
    const at::Tensor stored = golden_.Read(group + name, value.sizes());
    const Place place{-1, steps, name};
    if (name.ends_with(".mask_scores")) {
      comparison_.ArrayWithStrays(Quantity::kScores, place, Values(value), Values(stored),
                                  tolerance::Scores(rate), tolerance::kScoreStrays,
                                  tolerance::MostOfScores(rate));
    } else {
      comparison_.Array(Quantity::kWeights, place, Values(value), Values(stored),
                        tolerance::kWeights);
    }
  }
}

void CaseRun::CompareLogits(Quantity quantity, const std::string& group, const at::Tensor& logits,
                            double tolerance) {
  const Place place{quantity == Quantity::kFirstLogits ? 0 : -1, optimizer_.steps_done()};
  const auto compare = [&](const char* part, const at::Tensor& ours) {
    if (!golden_.Has(group + part)) return;
    at::Tensor left = ours.detach();
    at::Tensor right = golden_.Read(group + part, ours.sizes());
    if (file_.head == Head::kSpan && quantity == Quantity::kEvalLogits) {
      left = left - left.mean(1, true);
      right = right - right.mean(1, true);
    }
    Place at = place;
    at.tensor = group + part;
    comparison_.Array(quantity, at, Values(left.contiguous()), Values(right.contiguous()),
                      tolerance);
  };
  if (file_.head != Head::kSpan) return compare("logits", logits);
  compare("start", logits.select(2, 0));
  compare("end", logits.select(2, 1));
}

}  // namespace sparsweep::core
