#include <utility>

#include "contract/rules.h"
#include "contract/validate.h"

namespace sparsweep::contract {
namespace {

constexpr double kL0Start = 2.197;     // score_init_scale's default
constexpr double kL0Pruned = 2.39790;  // a score of -2.39790 or less is pruned at evaluation

void CheckDensity(std::string_view field, const std::optional<double>& density, Rules& rules) {
  const double value = density.value_or(1);
  rules.Require(value > 0 && value <= 1, field,
                fmt::format("{} is outside (0, 1]; 0.1 keeps a tenth of the weights", value));
}

void CheckRank(const PruningSpec& pruning, Rules& rules) {
  const std::string& method = pruning.method;
  rules.Require(!pruning.lambda, "pruning.lambda",
                fmt::format("{} does not fit {}, which ranks weights; give density instead",
                            pruning.lambda.value_or(0), method));
  rules.Require(pruning.density || pruning.target_density, "pruning.density",
                fmt::format("missing; {} needs the final share of kept weights", method));
  rules.Require(
      !pruning.density || !pruning.target_density, "pruning.target_density",
      fmt::format("{} stands beside density {}; both say the same for {}, keep one",
                  pruning.target_density.value_or(1), pruning.density.value_or(1), method));
}

void CheckPenalty(const PruningSpec& pruning, Rules& rules) {
  const std::string& method = pruning.method;
  rules.Require(!pruning.density, "pruning.density",
                fmt::format("{} does not fit {}, whose density follows from its penalty; give "
                            "lambda or target_density instead",
                            pruning.density.value_or(0), method));
  rules.Require(pruning.lambda || pruning.target_density, "pruning.lambda",
                fmt::format("missing; {} needs the final weight of its penalty, or a "
                            "target_density to steer it to",
                            method));
  rules.Positive("pruning.lambda", pruning.lambda.value_or(1));
}

void CheckNothingAsked(const PruningSpec& pruning, Rules& rules) {
  const std::string& method = pruning.method;
  rules.Require(!pruning.lambda, "pruning.lambda",
                fmt::format("{} does not fit {}; remove it or choose soft_movement",
                            pruning.lambda.value_or(0), method));
  rules.Require(!pruning.density, "pruning.density",
                fmt::format("{} does not fit {}; remove it or choose movement",
                            pruning.density.value_or(1), method));
  rules.Require(!pruning.target_density, "pruning.target_density",
                fmt::format("{} does not fit {}; remove it or choose movement",
                            pruning.target_density.value_or(1), method));
}

void CheckStrength(const PruningSpec& pruning, Rules& rules) {
  if (IsRankBased(pruning.method)) {
    CheckRank(pruning, rules);
  } else if (IsPenalized(pruning.method)) {
    CheckPenalty(pruning, rules);
  } else {
    CheckNothingAsked(pruning, rules);
  }
  rules.Require(!pruning.target_density || pruning.numerics == "standard", "pruning.target_density",
                fmt::format("{} needs numerics: standard; in reference numerics give {}",
                            pruning.target_density.value_or(1),
                            IsPenalized(pruning.method) ? "lambda" : "density"));
  CheckDensity("pruning.density", pruning.density, rules);
  CheckDensity("pruning.target_density", pruning.target_density, rules);
}

// What holds for every method, whether it reads the field or not.
void CheckWords(const PruningSpec& pruning, Rules& rules) {
  rules.OneOf("pruning.method", pruning.method, Methods());
  rules.OneOf("pruning.numerics", pruning.numerics, {"standard", "reference"});
  rules.OneOf("pruning.selection", pruning.selection, {"local", "global"});
  rules.OneOf("pruning.structure", pruning.structure, {"weight"});
  rules.OneOf("pruning.schedule", pruning.schedule, {"cubic", "one_shot"});
  rules.OneOf("pruning.score_init", pruning.score_init, {"constant", "uniform", "kaiming_uniform"});
  rules.Positive("pruning.score_learning_rate", pruning.score_learning_rate);
  rules.NotNegative("pruning.initial_warmup", pruning.initial_warmup);
  rules.NotNegative("pruning.final_warmup", pruning.final_warmup);
  rules.Require(
      pruning.tau > 0 && pruning.tau < 0.5, "pruning.tau",
      fmt::format("{} is outside (0, 0.5); scores start at 0, where sigmoid is 0.5", pruning.tau));
}

void CheckScores(const PruningSpec& pruning, Rules& rules) {
  const double scale = pruning.score_init_scale.value_or(0);
  rules.Require(std::isfinite(scale), "pruning.score_init_scale", "not a finite number");
  if (pruning.score_init == "uniform" && pruning.score_init_scale) {
    rules.Positive("pruning.score_init_scale", scale);
  }
  rules.Require(pruning.score_init != "kaiming_uniform" || !pruning.score_init_scale,
                "pruning.score_init_scale",
                fmt::format("{} does not fit kaiming_uniform, whose width follows from the "
                            "matrix; remove it",
                            scale));
}

// A score moves at most about the sum of the score learning rates: linear warm-up and decay, so
// half the peak times the steps.
void CheckReach(const TrialSpec& spec, double needed, const std::string& where, Rules& rules) {
  const PruningSpec& pruning = spec.pruning;
  const double half_steps = spec.training.steps / 2.0;
  const double reach = pruning.score_learning_rate * half_steps;
  rules.Require(reach > needed, "pruning.score_learning_rate",
                fmt::format("{} moves a score by at most about {:.3g} in {} steps, pruning {} "
                            "takes {:.3g}; give at least {:.2g} or more steps",
                            pruning.score_learning_rate, reach, spec.training.steps, where, needed,
                            1.5 * needed / half_steps));
}

void CheckStart(double start, double cut, Rules& rules) {
  rules.Require(start > cut, "pruning.score_init_scale",
                fmt::format("{} is not above {:.4g}: every weight would be pruned from the first "
                            "step on",
                            start, cut));
}

void CheckPenalizedScores(const TrialSpec& spec, Rules& rules) {
  const PruningSpec& pruning = spec.pruning;
  const bool constant = pruning.score_init == "constant";
  if (pruning.method == "l0") {
    const double start = constant ? pruning.score_init_scale.value_or(kL0Start) : 0.0;
    CheckStart(start, -kL0Pruned, rules);
    CheckReach(spec, start + kL0Pruned, fmt::format("by l0 from {}", start), rules);
    return;
  }
  const double start = constant ? pruning.score_init_scale.value_or(0) : 0.0;
  const double cut = std::log(pruning.tau / (1 - pruning.tau));
  CheckStart(start, cut, rules);
  CheckReach(spec, start - cut, fmt::format("at tau {}", pruning.tau), rules);
}

void CheckSchedule(const TrialSpec& spec, Rules& rules) {
  const PruningSpec& pruning = spec.pruning;
  rules.Require(
      pruning.schedule == "cubic" || IsRankBased(pruning.method), "pruning.schedule",
      fmt::format("one_shot needs a method that ranks weights, not {}; use cubic", pruning.method));
  const double flat = (pruning.initial_warmup + pruning.final_warmup) * spec.training.warmup_steps;
  rules.Require(spec.training.steps > flat, "training.steps",
                fmt::format("{} steps leave none to prune in: (initial_warmup + final_warmup) * "
                            "warmup_steps is {}; raise training.steps or lower these",
                            spec.training.steps, flat));
}

}  // namespace

bool IsRankBased(std::string_view method) { return method == "magnitude" || method == "movement"; }

bool IsPenalized(std::string_view method) { return method == "soft_movement" || method == "l0"; }

const std::vector<std::string_view>& Methods() {
  static const Words methods{"dense", "magnitude", "movement", "soft_movement", "l0"};
  return methods;
}

void CheckPruning(const TrialSpec& spec, Rules& rules) {
  const PruningSpec& pruning = spec.pruning;
  CheckWords(pruning, rules);
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
  CheckScores(pruning, rules);
  if (pruning.method != "dense") CheckSchedule(spec, rules);
  if (IsPenalized(pruning.method)) CheckPenalizedScores(spec, rules);
}

}  // namespace sparsweep::contract
