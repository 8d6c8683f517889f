#include "dashboard_api/trial_messages.h"

#include "contract/trial_spec.h"
#include "dashboard_api/trial_counts.h"
#include "google/protobuf/timestamp.pb.h"
#include "sparsweep/v1/sweep.pb.h"
#include "sparsweep/v1/trial.pb.h"

namespace sparsweep::dashboard_api {
namespace {

v1::SweepState ToProto(store::SweepState state) {
  switch (state) {
    case store::SweepState::kChecking:
      return v1::SWEEP_STATE_CHECKING;
    case store::SweepState::kRunning:
      return v1::SWEEP_STATE_RUNNING;
    case store::SweepState::kSucceeded:
      return v1::SWEEP_STATE_SUCCEEDED;
    case store::SweepState::kFailed:
      return v1::SWEEP_STATE_FAILED;
    case store::SweepState::kRejected:
      return v1::SWEEP_STATE_REJECTED;
    case store::SweepState::kCanceled:
      return v1::SWEEP_STATE_CANCELED;
  }
  return v1::SWEEP_STATE_UNSPECIFIED;
}

v1::TrialState ToProto(store::TrialState state) {
  switch (state) {
    case store::TrialState::kPending:
      return v1::TRIAL_STATE_PENDING;
    case store::TrialState::kLeased:
      return v1::TRIAL_STATE_LEASED;
    case store::TrialState::kRunning:
      return v1::TRIAL_STATE_RUNNING;
    case store::TrialState::kSucceeded:
      return v1::TRIAL_STATE_SUCCEEDED;
    case store::TrialState::kFailed:
      return v1::TRIAL_STATE_FAILED;
    case store::TrialState::kCanceled:
      return v1::TRIAL_STATE_CANCELED;
  }
  return v1::TRIAL_STATE_UNSPECIFIED;
}

void FillTime(int64_t micros, google::protobuf::Timestamp* time) {
  time->set_seconds(micros / 1'000'000);
  time->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1'000);
}

}  // namespace

void FillSweep(const SweepView& sweep, v1::Sweep* message) {
  message->Clear();
  message->set_name(sweep.row.name);
  message->set_state(ToProto(sweep.row.state));
  message->set_canonical_hash(sweep.row.canonical_hash);
  message->set_metric(sweep.row.metric);
  message->set_goal(sweep.row.maximize ? "maximize" : "minimize");
  const TrialCounts counts = CountTrials(sweep);
  message->mutable_counts()->set_pending(counts.pending);
  message->mutable_counts()->set_active(counts.active);
  message->mutable_counts()->set_succeeded(counts.succeeded);
  message->mutable_counts()->set_failed(counts.failed);
  message->mutable_counts()->set_canceled(counts.canceled);
  message->set_error(sweep.row.error);
  FillTime(sweep.row.create_time, message->mutable_create_time());
  message->set_yaml(sweep.row.yaml);
  message->set_threads(sweep.threads);
  message->set_ranks(sweep.ranks);
  message->set_max_concurrent_trials(sweep.row.max_concurrent);
}

void FillTrial(const SweepView& sweep, const TrialView& trial, v1::Trial* message) {
  const store::Trial& row = trial.row;
  message->Clear();
  message->set_name(contract::TrialName(row.id));
  message->set_sweep(sweep.row.name);
  message->set_position(row.position);
  message->set_state(ToProto(row.state));
  message->set_method(row.method);
  message->set_seed(row.seed);
  if (row.lambda) message->set_lambda(*row.lambda);
  if (row.density) message->set_density(*row.density);
  message->set_variant(row.variant);
  message->set_attempt_number(row.attempt_number);
  message->set_step(row.step);
  message->set_steps(row.steps);
  if (row.mask_density) message->set_mask_density(*row.mask_density);
  if (row.remaining_weights) message->set_remaining_weights(*row.remaining_weights);
  if (trial.score) message->set_score(*trial.score);
  message->set_examples_per_second(trial.pace.examples_per_second);
  message->set_eta_seconds(trial.pace.eta_seconds);
  message->set_stage(trial.pace.stage);
  message->set_stage_share(trial.pace.stage_share);
  message->set_worker(trial.worker);
  for (const std::string& slot : trial.slots) message->add_slots(slot);
  if (row.failure) {
    v1::Failure* failure = message->mutable_failure();
    failure->set_failure_class(row.failure->failure_class);
    failure->set_reason(row.failure->reason);
    failure->set_field(row.failure->field);
    failure->set_value(row.failure->value);
    failure->set_message(row.failure->message);
  }
  message->set_directory(trial.directory);
  FillTime(row.create_time, message->mutable_create_time());
  message->set_point_hash(row.point_hash);
}

}  // namespace sparsweep::dashboard_api
