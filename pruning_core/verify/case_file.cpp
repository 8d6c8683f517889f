#include "pruning_core/verify/case_file.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "contract/strict_json.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/verify/case_fields.h"
#include "pruning_core/verify/case_method.h"

namespace sparsweep::core {
namespace {

constexpr size_t kMaxFile = size_t{64} << 20;  // bytes
constexpr int64_t kMany = 10'000'000;
constexpr double kBig = 1e30;

std::optional<int64_t> ReadLabels(const CaseFields& config) {
  if (!config.Has("num_labels")) return std::nullopt;
  return config.Whole("num_labels", 1, 1'000'000);
}

Head ReadHead(const CaseFields& root) {
  const std::string task = root.Word("task");
  if (task == "classification") return Head::kClassification;
  if (task == "regression") return Head::kRegression;
  if (task == "question_answering") return Head::kSpan;
  root.Refuse("task", "'" + task + "' is not classification, regression or question_answering");
}

Hyperparameters ReadHyper(const CaseFields& root) {
  const CaseFields from = root.Object("hyper");
  Hyperparameters hyper;
  hyper.learning_rate = from.Number("lr", 0.0, kBig);
  hyper.head_learning_rate = hyper.learning_rate;
  hyper.score_learning_rate = from.Number("score_lr", 0.0, kBig);
  hyper.weight_decay = from.Number("weight_decay", 0.0, kBig);
  hyper.max_grad_norm = from.Number("max_grad_norm", 1e-30, kBig);
  hyper.adam.beta1 = from.Number("adam_beta1", 0.0, 0.9999999);
  hyper.adam.beta2 = from.Number("adam_beta2", 0.0, 0.9999999);
  hyper.adam.epsilon = from.Number("adam_epsilon", 0.0, 1.0);
  hyper.total_steps = root.Whole("total_steps", 0, kMany);
  hyper.warmup_steps = from.Whole("warmup_steps", 0, kMany);
  hyper.schedule.initial = from.Number("initial_threshold", 0.0, 1.0);
  hyper.schedule.final = from.Number("final_threshold", 0.0, 1.0);
  hyper.schedule.final_lambda = from.Number("final_lambda", 0.0, kBig);
  hyper.schedule.total_steps = hyper.total_steps;
  hyper.schedule.warmup_steps = hyper.warmup_steps;
  hyper.schedule.initial_warmup = from.Number("initial_warmup", 0.0, kBig);
  hyper.schedule.final_warmup = from.Number("final_warmup", 0.0, kBig);
  hyper.first_schedule_step = root.Whole("first_schedule_step", 0, kMany);
  if (hyper.schedule.final_lambda > 0.0 && hyper.schedule.final == 0.0) {
    from.Refuse("final_threshold", "0 with a final_lambda: λ = final_lambda · v / 0");
  }
  return hyper;
}

int64_t ReadAccumulation(const CaseFields& hyper, int64_t forwards_per_epoch) {
  constexpr char kKey[] = "gradient_accumulation_steps";
  const int64_t accumulation = hyper.Whole(kKey, 1, kMany);
  if (accumulation > forwards_per_epoch) {
    hyper.Refuse(kKey, fmt::format("{}, but an epoch has {} micro-batches: no optimizer step",
                                   accumulation, forwards_per_epoch));
  }
  return accumulation;
}

std::optional<CaseDistillation> ReadDistillation(const CaseFields& root) {
  if (!root.Has("kd")) return std::nullopt;
  const CaseFields kd = root.Object("kd");
  return CaseDistillation{kd.Number("alpha_distil", 0.0, kBig), kd.Number("alpha_ce", 0.0, kBig),
                          kd.Number("temperature", 1e-6, kBig)};
}

ForwardSeries ReadForwards(const CaseFields& root, size_t size, size_t matrices) {
  const CaseFields from = root.Object("per_micro");
  ForwardSeries series;
  series.schedule_step = from.Wholes("schedule_step", size, true);
  series.v = from.Numbers("v", size, false);
  series.lambda = from.Numbers("lambda", size, false);
  series.threshold_used = from.Numbers("threshold_used", size, true);
  series.task_loss = from.Numbers("task_loss", size, false);
  series.distillation_loss = from.Numbers("kd_loss", size, true);
  series.regularizer = from.Numbers("regularizer", size, true);
  series.loss = from.Numbers("loss_backpropagated", size, false);
  series.mask_ones = from.Rows("mask_ones", size, matrices);
  series.mask_density = from.Numbers("mask_density", size, true);
  return series;
}

StepSeries ReadSteps(const CaseFields& root, size_t size) {
  const CaseFields from = root.Object("per_step");
  StepSeries series;
  series.last_forward = from.Wholes("last_micro", size, false);
  series.learning_rate = from.Numbers("lr_weights", size, false);
  series.score_learning_rate = from.Numbers("lr_scores", size, false);
  series.gradient_norm = from.Numbers("grad_norm_before_clipping", size, false);
  return series;
}

void ReadEvaluation(const CaseFields& root, CaseFile& file) {
  if (!root.Has("eval")) return;
  const CaseFields eval = root.Object("eval");
  if (eval.Has("threshold_used")) {
    file.eval_threshold = eval.Number("threshold_used", -kBig, kBig);
  }
  file.eval_mask_ones = eval.Wholes("mask_ones", file.matrices.size(), true);
}

}  // namespace

CaseFile ParseCaseFile(std::string_view text, const std::string& file) {
  const auto parsed = contract::ParseStrictJson(text, kMaxFile, "content");
  if (!parsed.ok()) {
    throw UserError(
        "BAD_CASE", file, "",
        fmt::format("{}: {}; write the file again", file, std::string(parsed.status().message())));
  }
  const CaseFields root(*parsed, file, "");
  CaseFile out;
  out.config = root.Text("config");
  out.labels = ReadLabels(root.Object("config"));
  out.head = ReadHead(root);
  out.hyper = ReadHyper(root);
  ReadMethod(root, out);
  out.seed = static_cast<uint64_t>(root.Whole("seed", 0, INT64_MAX));
  out.distillation = ReadDistillation(root);
  if (out.distillation) {
    out.teacher_config = root.Text("teacher_config");
    out.teacher_labels = ReadLabels(root.Object("teacher_config"));
  }
  out.epochs = root.Whole("epochs", 1, kMany);
  out.forwards_per_epoch = root.Whole("micro_steps_per_epoch", 1, kMany);
  out.accumulation = ReadAccumulation(root.Object("hyper"), out.forwards_per_epoch);
  out.matrices = root.Words("matrices");
  out.without_gradient = root.Words("without_gradient");
  out.noise_only_gradient = root.Words("noise_only_gradient");
  const int64_t all = out.epochs * out.forwards_per_epoch;
  if (all > kMany) root.Refuse("epochs", fmt::format("{} micro-batches in all", all));
  out.forwards = ReadForwards(root, static_cast<size_t>(all), out.matrices.size());
  const std::vector<int64_t> ends = GroupEnds(out.epochs, out.forwards_per_epoch, out.accumulation);
  if (static_cast<int64_t>(ends.size()) != out.hyper.total_steps) {
    root.Refuse("total_steps",
                fmt::format("{}, but {} epochs of {} micro-batches, {} a step, are {} steps",
                            out.hyper.total_steps, out.epochs, out.forwards_per_epoch,
                            out.accumulation, ends.size()));
  }
  out.steps = ReadSteps(root, ends.size());
  ReadEvaluation(root, out);
  return out;
}

std::vector<int64_t> GroupEnds(int64_t epochs, int64_t forwards_per_epoch, int64_t accumulation) {
  std::vector<int64_t> ends;
  for (int64_t epoch = 0; epoch < epochs; ++epoch) {
    for (int64_t last = accumulation; last <= forwards_per_epoch; last += accumulation) {
      ends.push_back(epoch * forwards_per_epoch + last - 1);
    }
  }
  return ends;
}

}  // namespace sparsweep::core
