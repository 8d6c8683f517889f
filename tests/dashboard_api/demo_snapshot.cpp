#include "tests/dashboard_api/demo_snapshot.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace sparsweep::test {
namespace {

using dashboard_api::Snapshot;
using dashboard_api::SweepView;
using dashboard_api::TrialView;
using store::SweepState;
using store::TrialState;

constexpr int64_t kCreated = 1'750'000'000'000'000;  // microseconds
constexpr int64_t kSteps = 300;

struct Setting {
  std::string method;
  std::optional<double> lambda;
  std::optional<double> density;
  double mask_density;
  std::vector<double> scores;  // one a seed
};

const std::vector<Setting>& EndedSettings() {
  static const std::vector<Setting> settings = {
      {"dense", {}, {}, 1, {.758, .755, .760}},
      {"magnitude", {}, .30, .30, {.741, .744, .739}},
      {"magnitude", {}, .10, .10, {.676, .679, .674}},
      {"magnitude", {}, .03, .03, {.501, .488, .490}},
      {"movement", {}, .30, .30, {.718, .722, .715}},
      {"movement", {}, .10, .10, {.635, .645, .636}},
      {"movement", {}, .03, .03, {.608, .587, .606}},
      {"soft_movement", 1000, {}, .307, {.741, .746, .738}},
      {"soft_movement", 2000, {}, .118, {.724, .724, .709}},
      {"soft_movement", 3000, {}, .052, {.689, .692, .684}},
      {"soft_movement", 5000, {}, .015, {.636, .639, .640}},
  };
  return settings;
}

// The reference's figure counts biases and LayerNorm as kept.
double RemainingWeights(double mask_density) { return mask_density + (1 - mask_density) * 0.0009; }

std::shared_ptr<SweepView> MakeSweep(int64_t id, std::string name, SweepState state) {
  auto sweep = std::make_shared<SweepView>();
  sweep->row.id = id;
  sweep->row.name = std::move(name);
  sweep->row.canonical_hash = std::string(64, 'a');
  sweep->row.yaml = "name: " + sweep->row.name + "\n";
  sweep->row.state = state;
  sweep->row.metric = "accuracy";
  sweep->row.create_time = kCreated + id * 1'000'000;
  return sweep;
}

void Succeed(TrialView& trial, double mask_density, double score) {
  trial.row.state = TrialState::kSucceeded;
  trial.row.attempt_number = std::max(trial.row.attempt_number, 1u);
  trial.row.accepted_attempt = trial.row.attempt_number;
  trial.row.step = kSteps;
  trial.row.mask_density = mask_density;
  trial.row.remaining_weights = RemainingWeights(mask_density);
  trial.row.score = trial.score = score;
  trial.directory = "/var/lib/sparsweep/trials/attempt-1";
}

void Run(TrialView& trial, int64_t step, double mask_density, double score) {
  trial.row.state = TrialState::kRunning;
  trial.row.attempt_number = 1;
  trial.row.step = step;
  trial.row.mask_density = mask_density;
  trial.row.remaining_weights = RemainingWeights(mask_density);
  trial.score = score;
  trial.worker = "laptop";
  trial.directory = "/var/lib/sparsweep/trials/attempt-1";
  trial.pace.examples_per_second = 487.3;
  trial.pace.eta_seconds = static_cast<double>(kSteps - step) * 32 / 487.3;
}

std::shared_ptr<SweepView> RunningSweep() {
  auto sweep = MakeSweep(2, kRunningSweep, SweepState::kRunning);
  sweep->threads = 3;
  sweep->row.max_concurrent = 2;
  const auto add = [&](std::string method, std::optional<double> lambda,
                       std::optional<double> density) -> TrialView& {
    const auto position = static_cast<uint32_t>(sweep->trials.size());
    TrialView& trial =
        sweep->trials.emplace_back(MakeTrial(40 + position, position, std::move(method)));
    trial.row.sweep_id = 2;
    trial.row.lambda = lambda;
    trial.row.density = density;
    return trial;
  };
  Succeed(add("dense", {}, {}), 1, .749);
  Succeed(add("magnitude", {}, .10), .10, .666);
  TrialView& restarted = add("magnitude", {}, .03);
  restarted.row.attempt_number = 2;
  Succeed(restarted, .03, .487);
  Succeed(add("movement", {}, .10), .10, .665);
  TrialView& failed = add("movement", {}, .03);
  failed.row.state = TrialState::kFailed;
  failed.row.attempt_number = 3;
  failed.row.step = 120;
  failed.row.failure = {"numeric", "LOSS_NOT_FINITE", "training.learning_rate", "0.5",
                        "the loss is not finite at step 120: lower training.learning_rate"};
  Run(add("soft_movement", 1300, {}), 214, .271, .671);
  Run(add("soft_movement", 2000, {}), 96, .862, .583);
  add("soft_movement", 3300, {});
  return sweep;
}

std::shared_ptr<SweepView> EndedSweep() {
  auto sweep = MakeSweep(1, kEndedSweep, SweepState::kSucceeded);
  for (const Setting& setting : EndedSettings()) {
    for (size_t seed = 0; seed < setting.scores.size(); ++seed) {
      const auto position = static_cast<uint32_t>(sweep->trials.size());
      TrialView& trial =
          sweep->trials.emplace_back(MakeTrial(1 + position, position, setting.method));
      trial.row.sweep_id = 1;
      trial.row.seed = seed + 1;
      trial.row.lambda = setting.lambda;
      trial.row.density = setting.density;
      const double wobble = setting.lambda ? 1 + 0.02 * (static_cast<double>(seed) - 1) : 1;
      Succeed(trial, setting.mask_density * wobble, setting.scores[seed]);
    }
  }
  return sweep;
}

}  // namespace

TrialView MakeTrial(int64_t id, uint32_t position, std::string method) {
  TrialView trial;
  trial.row.id = id;
  trial.row.position = position;
  trial.row.method = std::move(method);
  trial.row.seed = 1;
  trial.row.steps = kSteps;
  trial.row.point_hash = std::string(64, 'b');
  trial.row.create_time = kCreated;
  return trial;
}

std::shared_ptr<const Snapshot> DemoSnapshot() {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->last_event_sequence = 512;
  snapshot->serving = true;
  auto rejected = MakeSweep(3, kHostileSweep, SweepState::kRejected);
  rejected->row.error = "model.path: /models/<b>minilm</b> has no config.json";
  snapshot->sweeps = {rejected, RunningSweep(), EndedSweep()};
  snapshot->workers = {{"laptop", "active", "0.1.0", 2, 2}, {"gone", "lost", "0.1.0", 1, 0}};
  snapshot->counters.trial_transitions[{"pending", "leased"}] = 43;
  snapshot->counters.metric_points_ingested = 9'001;
  return snapshot;
}

void FillDemoMetrics(const Snapshot& snapshot, MemoryMetrics& metrics) {
  for (const auto& sweep : snapshot.sweeps) {
    for (const TrialView& trial : sweep->trials) {
      const double end = trial.score.value_or(.55);
      const double density = trial.row.density.value_or(trial.row.mask_density.value_or(1));
      for (int64_t step = 10; step <= trial.row.step; step += 10) {
        const double done = static_cast<double>(step) / kSteps;
        const double noise =
            .012 * std::sin(static_cast<double>(step * trial.row.id));  // the same at every run
        metrics.Add(trial.row.id, "accuracy",
                    {step, std::max(.02, end * (1 - std::exp(-6 * done)) + noise)});
        metrics.Add(trial.row.id, "loss", {step, 3.8 * std::exp(-3 * done) + 1 - end + noise});
        metrics.Add(trial.row.id, "density",
                    {step, density + (1 - density) * std::pow(1 - done, 3)});
      }
    }
  }
}

}  // namespace sparsweep::test
