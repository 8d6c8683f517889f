#include "tests/pruning_core/golden/golden_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "pruning_core/models/bert_classifier.h"
#include "pruning_core/models/task_loss.h"
#include "pruning_core/optim/gradient_chunks.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "tests/pruning_core/golden/comparison.h"
#include "tests/pruning_core/golden/golden_case.h"

namespace sparsweep::core::golden {
namespace {

// tests/golden/README.md, "Tolerances".
constexpr double kDouble = 1e-12;
constexpr double kLoss = 1e-5;
constexpr double kNorm = 5e-5;
constexpr double kLogits = 2e-5;
constexpr double kWeights = 1e-5;
constexpr double kEvalLogits = 5e-5;

class Run {
 public:
  explicit Run(const std::string& directory)
      : case_(directory),
        json_(case_.json()),
        model_(case_.Config(), case_.Config().num_hidden_layers, Pooling::kCls, case_.Labels()),
        optimizer_(Filled(), MakePruningMethod(case_.Pruning()), case_.Hyper()) {
    for (const auto& name : json_["noise_only_gradient"]) noise_only_.insert(name);
    for (const PrunedMatrix& matrix : optimizer_.matrices()) {
      if (matrix.score.defined()) {
        matrix.score.copy_(case_.Tensor("init/" + ModuleName(matrix.name) + ".mask_scores"));
      }
    }
    optimizer_.Restore(0);
  }

  std::string Replay() {
    const int64_t accumulation = json_["hyper"]["gradient_accumulation_steps"];
    const std::vector<int64_t> last_micro = json_["per_step"]["last_micro"];
    size_t step = 0;
    int64_t first_micro = 0;
    const int64_t micros = json_["micro_steps_run"];
    for (int64_t micro = 0; micro < micros; ++micro) {
      Forward(micro, accumulation);
      if (step >= last_micro.size() || last_micro[step] != micro) continue;
      if (step == 0) CompareFirstGradients();
      FinishStep(step, first_micro, micro, accumulation);
      ++step;
      first_micro = micro + 1;
    }
    compare_.Count("optimizer steps", optimizer_.steps_done(), json_["total_steps"]);
    CompareEvaluation();
    std::string differences = compare_.Differences();
    for (const std::string& name : case_.Unread()) differences += name + ": never compared\n";
    return differences;
  }

 private:
  const ParameterList& Filled() {
    case_.Fill(model_.parameters());
    return model_.parameters();
  }

  void Forward(int64_t micro, int64_t accumulation) {
    const auto at = [&](const char* key) {
      return fmt::format("{} of micro-batch {}", key, micro);
    };
    const auto i = static_cast<size_t>(micro);
    const nlohmann::json& stored = json_["per_micro"];
    const double v = stored["v"][i];
    compare_.Number(at("v"), optimizer_.threshold(), v, kDouble, std::abs(v));
    const double lambda = stored["lambda"][i];
    compare_.Number(at("lambda"), optimizer_.lambda(), lambda, kDouble, std::abs(lambda));
    CompareMasks(micro);

    const Batch batch = case_.MicroBatch(micro);
    const at::Tensor logits = model_.Logits(batch);
    if (micro == 0) {
      compare_.Tensor("logits0", logits, case_.Tensor("logits0/logits"), kLogits);
    }
    const at::Tensor loss = case_.Regression() ? SquaredError(logits, batch.labels)
                                               : CrossEntropy(logits, batch.labels);
    task_losses_.push_back(loss.item<double>());
    const double task = stored["task_loss"][i];
    compare_.Number(at("task loss"), task_losses_.back(), task, kLoss, std::max(1.0, task));
    loss.div(static_cast<double>(accumulation)).backward();
  }

  void CompareMasks(int64_t micro) {
    const nlohmann::json& stored = json_["per_micro"]["mask_ones"];
    if (stored.is_null()) return;
    for (size_t m = 0; m < optimizer_.matrices().size(); ++m) {
      const PrunedMatrix& matrix = optimizer_.matrices()[m];
      const std::string what = fmt::format("mask/{}/{}", micro, ModuleName(matrix.name));
      compare_.Count(what, matrix.mask.Ones(), stored[static_cast<size_t>(micro)][m]);
      if (case_.Has(what)) compare_.Mask(what, matrix.mask, case_.Tensor(what));
    }
  }

  void CompareGradient(const std::string& name, const at::Tensor& ours) {
    if (noise_only_.contains(name) || !case_.Has("grad0/" + name)) return;
    const at::Tensor stored = case_.Tensor("grad0/" + name);
    compare_.Tensor("grad0/" + name, ours, stored, 1e-6 + 1e-5 * stored.abs().max().item<double>());
  }

  // Of matrices: what the method makes of G, as the optimizer sees it.
  void CompareFirstGradients() {
    const std::unique_ptr<PruningMethod> method = MakePruningMethod(case_.Pruning());
    for (const PrunedMatrix& matrix : optimizer_.matrices()) {
      at::Tensor weight = matrix.weight.detach().clone();
      at::Tensor score = weight.clone();
      ForEachGradientChunk(*method, matrix, matrix.working.grad().const_data_ptr<float>(), 0.0F,
                           [&](int64_t begin, int64_t size, const float* gw, const float* gs) {
                             std::copy_n(gw, size, weight.mutable_data_ptr<float>() + begin);
                             if (method->has_scores()) {
                               std::copy_n(gs, size, score.mutable_data_ptr<float>() + begin);
                             }
                           });
      CompareGradient(ModuleName(matrix.name) + ".weight", weight);
      if (method->has_scores()) CompareGradient(ModuleName(matrix.name) + ".mask_scores", score);
    }
    for (const Parameter& parameter : model_.parameters()) {
      const bool trained = parameter.value.grad().defined();
      const std::string name = FileName(parameter.name);
      if (parameter.role != ParameterRole::kPrunable && trained) {
        CompareGradient(name, parameter.value.grad());
      }
      compare_.Count("has a gradient: " + name, trained ? 1 : 0,
                     case_.Has("grad0/" + name) || !IsFrozen(name) ? 1 : 0);
    }
  }

  bool IsFrozen(const std::string& name) const {
    const nlohmann::json& without = json_["without_gradient"];
    return std::find(without.begin(), without.end(), name) != without.end();
  }

  void FinishStep(size_t step, int64_t first_micro, int64_t last_micro, int64_t accumulation) {
    const auto at = [&](const char* key) { return fmt::format("{} of step {}", key, step); };
    const auto micros = static_cast<double>(last_micro - first_micro + 1);
    const StepReport report = optimizer_.Step(micros / static_cast<double>(accumulation));
    const nlohmann::json& stored = json_["per_step"];
    const double rate = stored["lr_weights"][step];
    const double score_rate = stored["lr_scores"][step];
    const double norm = stored["grad_norm_before_clipping"][step];
    compare_.Number(at("lr"), report.learning_rate, rate, kDouble, std::abs(rate));
    compare_.Number(at("score lr"), report.score_learning_rate, score_rate, kDouble, score_rate);
    compare_.Number(at("gradient norm"), report.gradient_norm, norm, kNorm, norm);
    for (int64_t micro = first_micro; micro <= last_micro; ++micro) {
      CompareLoss(static_cast<size_t>(micro), report, accumulation);
    }
    CompareParameters(fmt::format("after{}/", step + 1));
  }

  void CompareLoss(size_t micro, const StepReport& report, int64_t accumulation) {
    const nlohmann::json& stored = json_["per_micro"];
    const bool regularized = !stored["regularizer"].is_null();
    if (regularized) {
      compare_.Number(fmt::format("R of micro-batch {}", micro), report.regularizer,
                      stored["regularizer"][micro], kLoss, 1.0);
    }
    const double total = stored["loss_backpropagated"][micro];
    const double penalty = regularized ? report.lambda * report.regularizer : 0.0;
    const double ours = (task_losses_[micro] + penalty) / static_cast<double>(accumulation);
    compare_.Number(fmt::format("loss of micro-batch {}", micro), ours, total, kLoss,
                    std::max(1.0, std::abs(total)));
  }

  void CompareParameters(const std::string& group) {
    const double score_rate = json_["hyper"]["score_lr"];
    const double score_tolerance = std::max(2e-6, 3e-4 * score_rate);
    for (const NamedTensor& state : optimizer_.State()) {
      if (!state.name.starts_with("parameter/")) continue;
      const std::string name = FileName(state.name.substr(state.name.find('/') + 1));
      if (noise_only_.contains(name) || !case_.Has(group + name)) continue;
      const at::Tensor stored = case_.Tensor(group + name);
      if (name.ends_with(".mask_scores")) {
        compare_.Scores(group + name, state.tensor, stored, score_tolerance, 0.1 * score_rate);
      } else {
        compare_.Tensor(group + name, state.tensor, stored, kWeights);
      }
    }
  }

  void CompareEvaluation() {
    const nlohmann::json& ones = json_["eval"]["mask_ones"];
    for (size_t m = 0; m < optimizer_.matrices().size() && !ones.is_null(); ++m) {
      const PrunedMatrix& matrix = optimizer_.matrices()[m];
      const std::string what = "eval_mask/" + ModuleName(matrix.name);
      compare_.Count(what, matrix.mask.Ones(), ones[m]);
      compare_.Mask(what, matrix.mask, case_.Tensor(what));
    }
    const at::Tensor logits = model_.InferLogits(case_.MicroBatch(0));
    compare_.Tensor("eval/logits", logits, case_.Tensor("eval/logits"), kEvalLogits);
  }

  GoldenCase case_;
  const nlohmann::json& json_;
  BertClassifier model_;
  PruningOptimizer optimizer_;
  std::set<std::string> noise_only_;
  std::vector<double> task_losses_;
  Comparison compare_;
};

}  // namespace

std::string Replay(const std::string& directory) { return Run(directory).Replay(); }

}  // namespace sparsweep::core::golden
