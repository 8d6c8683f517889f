#include "tests/cli/sample_sweep.h"

#include "fmt/format.h"

namespace sparsweep::cli {

v1::Trial SampleTrial(int number, const std::string& method) {
  v1::Trial trial;
  trial.set_name(fmt::format("t-{:06}", number));
  trial.set_sweep("quickstart");
  trial.set_position(number - 1);
  trial.set_method(method);
  trial.set_seed(1);
  trial.set_state(v1::TRIAL_STATE_PENDING);
  trial.set_steps(300);
  if (method == "soft_movement") {
    trial.set_lambda(2000);
  } else if (method != "dense") {
    trial.set_density(0.1);
  }
  return trial;
}

v1::Trial RunningTrial(int number, const std::string& method, int64_t step) {
  v1::Trial trial = SampleTrial(number, method);
  trial.set_state(v1::TRIAL_STATE_RUNNING);
  trial.set_attempt_number(1);
  trial.set_worker("local");
  trial.set_step(step);
  trial.set_examples_per_second(212.4);
  trial.set_eta_seconds(24);
  trial.set_mask_density(0.34);
  return trial;
}

v1::Trial SucceededTrial(int number, const std::string& method, double density, double score) {
  v1::Trial trial = SampleTrial(number, method);
  trial.set_state(v1::TRIAL_STATE_SUCCEEDED);
  trial.set_attempt_number(1);
  trial.set_step(300);
  trial.set_mask_density(density);
  trial.set_remaining_weights(density + 0.01 * (1 - density));
  trial.set_score(score);
  trial.set_directory(fmt::format("/data/trials/{}/attempt-1", trial.name()));
  return trial;
}

v1::Trial FailedTrial(int number, const std::string& method, const std::string& message) {
  v1::Trial trial = SampleTrial(number, method);
  trial.set_state(v1::TRIAL_STATE_FAILED);
  trial.set_attempt_number(3);
  trial.set_step(120);
  trial.mutable_failure()->set_failure_class("numeric");
  trial.mutable_failure()->set_reason("NOT_FINITE");
  trial.mutable_failure()->set_message(message);
  return trial;
}

Progress SampleProgress() {
  Progress progress;
  progress.sweep.set_name("quickstart");
  progress.sweep.set_state(v1::SWEEP_STATE_RUNNING);
  progress.sweep.set_metric("accuracy");
  progress.sweep.set_goal("maximize");
  progress.elapsed_seconds = 83;
  progress.eta_seconds = 125;
  progress.trials = {SucceededTrial(1, "dense", 1, 0.749),
                     SucceededTrial(2, "magnitude", 0.1, 0.666),
                     SucceededTrial(3, "movement", 0.03, 0.623),
                     FailedTrial(4, "movement", "loss is not finite at step 120"),
                     RunningTrial(5, "soft_movement", 142),
                     RunningTrial(6, "soft_movement", 0),
                     SampleTrial(7, "soft_movement"),
                     SampleTrial(8, "magnitude")};
  progress.trials[4].set_score(0.512);
  Settle(&progress);
  return progress;
}

void Settle(Progress* progress) {
  v1::TrialCounts& counts = *progress->sweep.mutable_counts();
  counts.Clear();
  progress->front = {"accuracy", true, {}};
  for (const v1::Trial& trial : progress->trials) {
    if (trial.state() == v1::TRIAL_STATE_PENDING) counts.set_pending(counts.pending() + 1);
    if (IsActive(trial.state())) counts.set_active(counts.active() + 1);
    if (trial.state() == v1::TRIAL_STATE_FAILED) counts.set_failed(counts.failed() + 1);
    if (trial.state() != v1::TRIAL_STATE_SUCCEEDED) continue;
    counts.set_succeeded(counts.succeeded() + 1);
    v1::FrontPoint& point = progress->front.points.emplace_back();
    point.set_trial(trial.name());
    point.set_method(trial.method());
    point.set_seed(trial.seed());
    point.set_mask_density(trial.mask_density());
    point.set_remaining_weights(trial.remaining_weights());
    point.set_score(trial.score());
    if (trial.has_lambda()) point.set_lambda(trial.lambda());
  }
}

}  // namespace sparsweep::cli
