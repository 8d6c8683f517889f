#include "contract/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "contract/nearest.h"

namespace sparsweep::contract {
namespace {

using Words = std::vector<std::string_view>;

// Tests one rule after the other and keeps the first that fails.
class Rules {
 public:
  void Require(bool holds, std::string_view field, const std::string& problem) {
    if (!holds && status_.ok()) {
      status_ = absl::InvalidArgumentError(fmt::format("{}: {}", field, problem));
    }
  }
  void OneOf(std::string_view field, std::string_view word, const Words& known) {
    Require(std::find(known.begin(), known.end(), word) != known.end(), field,
            fmt::format("unknown '{}'{}", word.substr(0, 64), NearestHint(word, known)));
  }
  void Positive(std::string_view field, double value) {
    Require(std::isfinite(value) && value > 0, field,
            fmt::format("{} is not above 0; give a positive number", value));
  }
  void NotNegative(std::string_view field, double value) {
    Require(std::isfinite(value) && value >= 0, field,
            fmt::format("{} is negative; give 0 or more", value));
  }
  void Within(std::string_view field, uint64_t value, uint64_t low, uint64_t high) {
    Require(value >= low && value <= high, field,
            fmt::format("{} is out of range; give {} to {}", value, low, high));
  }

  [[nodiscard]] absl::Status status() const { return status_; }

 private:
  absl::Status status_;
};

void CheckModelAndTask(const TrialSpec& spec, Rules& rules) {
  rules.Require(!spec.model.path.empty(), "model.path", "empty; give an HF model directory");
  rules.Within("model.layers", spec.model.layers, 0, 1000);
  rules.OneOf("model.pooling", spec.model.pooling, {"cls", "mean"});
  const TaskSpec& task = spec.task;
  rules.OneOf("task.kind", task.kind, {"classification"});
  rules.Require(!task.train.empty(), "task.train", "empty; give the training file");
  rules.Require(!task.dev.empty(), "task.dev", "empty; give the evaluation file");
  rules.OneOf("task.format.layout", task.format.layout, {"tsv", "glue/sst2"});
  if (task.format.layout == "tsv") {
    rules.Require(task.format.text.size() == 1 || task.format.text.size() == 2, "task.format.text",
                  fmt::format("{} columns; name one or two text columns", task.format.text.size()));
    rules.Require(!task.format.label.empty(), "task.format.label", "empty; name the label column");
  }
  rules.Within("task.max_length", task.max_length, 3, 4096);
  rules.Require(task.labels.size() != 1, "task.labels",
                "one label only; give none or at least two");
  const std::set<std::string> distinct(task.labels.begin(), task.labels.end());
  rules.Require(distinct.size() == task.labels.size(), "task.labels",
                "a label stands twice; name each once");
}

void CheckTraining(const TrialSpec& spec, Rules& rules) {
  const TrainingSpec& training = spec.training;
  rules.Within("training.steps", training.steps, 1, 100'000'000);
  rules.Within("training.batch", training.batch, 1, 65'536);
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
  rules.OneOf("training.precision", training.precision, {"fp32"});
}

void CheckStrength(const PruningSpec& pruning, Rules& rules) {
  const std::string& method = pruning.method;
  if (IsRankBased(method)) {
    rules.Require(!pruning.lambda, "pruning.lambda",
                  fmt::format("{} does not fit {}, which ranks weights; give density instead",
                              pruning.lambda.value_or(0), method));
    rules.Require(pruning.density.has_value(), "pruning.density",
                  fmt::format("missing; {} needs the final share of kept weights", method));
    const double density = pruning.density.value_or(1);
    rules.Require(density > 0 && density <= 1, "pruning.density",
                  fmt::format("{} is outside (0, 1]; 0.1 keeps a tenth of the weights", density));
  } else if (IsPenalized(method)) {
    rules.Require(!pruning.density, "pruning.density",
                  fmt::format("{} does not fit {}, whose density follows from its penalty; give "
                              "lambda instead",
                              pruning.density.value_or(0), method));
    rules.Require(pruning.lambda.has_value(), "pruning.lambda",
                  fmt::format("missing; {} needs the final weight of its penalty", method));
    rules.Positive("pruning.lambda", pruning.lambda.value_or(1));
  } else {
    rules.Require(!pruning.lambda, "pruning.lambda",
                  fmt::format("{} does not fit {}; remove it or choose soft_movement",
                              pruning.lambda.value_or(0), method));
    rules.Require(!pruning.density, "pruning.density",
                  fmt::format("{} does not fit {}; remove it or choose movement",
                              pruning.density.value_or(1), method));
  }
}

// Starting at 0 a score moves at most about the sum of the score learning rates: linear warm-up and
// decay, so half the peak times the steps.
void CheckReach(const TrialSpec& spec, Rules& rules) {
  const PruningSpec& pruning = spec.pruning;
  rules.Require(
      pruning.tau > 0 && pruning.tau < 0.5, "pruning.tau",
      fmt::format("{} is outside (0, 0.5); scores start at 0, where sigmoid is 0.5", pruning.tau));
  const double needed = -std::log(pruning.tau / (1 - pruning.tau));
  const double half_steps = spec.training.steps / 2.0;
  const double reach = pruning.score_learning_rate * half_steps;
  rules.Require(
      reach > needed, "pruning.score_learning_rate",
      fmt::format("{} moves a score by at most about {:.3g} in {} steps, pruning at tau {} "
                  "takes {:.3g}; give at least {:.2g} or more steps",
                  pruning.score_learning_rate, reach, spec.training.steps, pruning.tau, needed,
                  1.5 * needed / half_steps));
}

void CheckPruning(const TrialSpec& spec, Rules& rules) {
  const PruningSpec& pruning = spec.pruning;
  rules.OneOf("pruning.method", pruning.method, Methods());
  rules.OneOf("pruning.numerics", pruning.numerics, {"standard", "reference"});
  rules.OneOf("pruning.selection", pruning.selection, {"local", "global"});
  rules.OneOf("pruning.structure", pruning.structure, {"weight"});
  rules.Require(
      pruning.selection == "local" || IsRankBased(pruning.method), "pruning.selection",
      fmt::format("global needs a method that ranks weights, not {}; use local", pruning.method));
  rules.Require(
      pruning.selection == "local" || pruning.numerics == "standard" ||
          pruning.method == "movement",
      "pruning.selection",
      fmt::format("in reference numerics global ranks scores, which {} has not; use local or "
                  "numerics standard",
                  pruning.method));
  CheckStrength(pruning, rules);
  if (pruning.method == "dense") return;
  rules.NotNegative("pruning.initial_warmup", pruning.initial_warmup);
  rules.NotNegative("pruning.final_warmup", pruning.final_warmup);
  const double flat = (pruning.initial_warmup + pruning.final_warmup) * spec.training.warmup_steps;
  rules.Require(spec.training.steps > flat, "training.steps",
                fmt::format("{} steps leave none to prune in: (initial_warmup + final_warmup) * "
                            "warmup_steps is {}; raise training.steps or lower these",
                            spec.training.steps, flat));
  if (pruning.method != "magnitude") {
    rules.Positive("pruning.score_learning_rate", pruning.score_learning_rate);
  }
  if (pruning.method == "soft_movement") CheckReach(spec, rules);
}

bool IsDeviceName(std::string_view device) {
  if (device == "cpu" || device == "cuda") return true;
  if (!device.starts_with("cuda:")) return false;
  const std::string_view number = device.substr(5);
  return !number.empty() && number.size() <= 3 &&
         number.find_first_not_of("0123456789") == std::string_view::npos;
}

void CheckPlacement(const TrialSpec& spec, Rules& rules) {
  rules.Within("world.size", spec.world.size, 1, 4096);
  rules.Require(spec.world.rank < spec.world.size, "world.rank",
                fmt::format("{} is not below world.size {}", spec.world.rank, spec.world.size));
  rules.Require(IsDeviceName(spec.device), "device",
                fmt::format("unknown '{}'; give cpu, cuda or cuda:N", spec.device.substr(0, 64)));
  rules.Within("threads", spec.threads, 1, 1024);
}

}  // namespace

bool IsRankBased(std::string_view method) { return method == "magnitude" || method == "movement"; }

bool IsPenalized(std::string_view method) { return method == "soft_movement"; }

const std::vector<std::string_view>& Methods() {
  static const Words methods{"dense", "magnitude", "movement", "soft_movement"};
  return methods;
}

absl::Status Validate(const TrialSpec& spec) {
  Rules rules;
  rules.Require(spec.schema == 1, "schema",
                fmt::format("{} is not known to this version; give 1", spec.schema));
  rules.Within("attempt_number", spec.attempt_number, 1, 1'000'000);
  CheckModelAndTask(spec, rules);
  CheckTraining(spec, rules);
  CheckPruning(spec, rules);
  CheckPlacement(spec, rules);
  return rules.status();
}

}  // namespace sparsweep::contract
