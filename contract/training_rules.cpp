#include "contract/rules.h"

namespace sparsweep::contract {
namespace {

void CheckDistillation(const TrialSpec& spec, Rules& rules) {
  const TrainingSpec& training = spec.training;
  rules.Require(training.teacher.empty() || spec.task.kind != "regression", "training.teacher",
                "the distance of one output to another's is always 0; remove it for a regression");
  rules.Positive("training.distillation_weight", training.distillation_weight);
  rules.NotNegative("training.task_weight", training.task_weight);
  rules.Positive("training.distillation_temperature", training.distillation_temperature);
}

void CheckDropout(std::string_view field, double dropout, Rules& rules) {
  rules.Require(dropout >= 0 && dropout < 1, field,
                fmt::format("{} is outside [0, 1); 0.1 drops a tenth", dropout));
}

void CheckEnd(const TrainingSpec& training, const PruningSpec& pruning, Rules& rules) {
  rules.OneOf("training.keep", training.keep, {"last", "best"});
  rules.Require(training.keep == "last" || training.evaluate_every > 0, "training.keep",
                "best needs evaluations to choose from; give training.evaluate_every");
  rules.Require(
      training.keep == "last" || pruning.numerics == "standard" || pruning.selection == "local",
      "training.keep",
      "best does not fit global selection in reference numerics, which holds a threshold "
      "for 25 steps: its masks lag behind the density; give last");
  rules.Require(training.patience == 0 || training.evaluate_every > 0, "training.patience",
                fmt::format("{} evaluations, but there are none before the end; give "
                            "training.evaluate_every",
                            training.patience));
}

}  // namespace

void CheckTraining(const TrialSpec& spec, Rules& rules) {
  const TrainingSpec& training = spec.training;
  rules.Within("training.steps", training.steps, 1, 100'000'000);
  rules.Within("training.batch", training.batch, 1, 65'536);
  rules.Within("training.accumulation", training.accumulation, 1, training.batch);
  rules.Require(training.accumulation == 0 || training.batch % training.accumulation == 0,
                "training.accumulation",
                fmt::format("{} does not divide a batch of {}; give a divisor",
                            training.accumulation, training.batch));
  rules.Positive("training.learning_rate", training.learning_rate);
  if (training.head_learning_rate) {
    rules.Positive("training.head_learning_rate", *training.head_learning_rate);
  }
  rules.NotNegative("training.weight_decay", training.weight_decay);
  rules.NotNegative("training.max_grad_norm", training.max_grad_norm);
  rules.Require(training.steps > training.warmup_steps, "training.steps",
                fmt::format("{} steps end within the warm-up of {}; raise training.steps or lower "
                            "training.warmup_steps",
                            training.steps, training.warmup_steps));
  rules.OneOf("training.precision", training.precision, {"fp32", "bf16", "auto"});
  CheckDropout("training.dropout", training.dropout, rules);
  CheckDropout("training.attention_dropout", training.attention_dropout, rules);
  CheckDistillation(spec, rules);
  CheckEnd(training, spec.pruning, rules);
}

}  // namespace sparsweep::contract
