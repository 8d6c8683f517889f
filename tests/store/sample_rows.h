// Rows with every field set, and stores to put them in.
#pragma once

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "store/store.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::test {

[[nodiscard]] inline store::Sweep SampleSweep(int64_t id = 1) {
  return {.id = id,
          .name = absl::StrCat("sweep-", id),
          .canonical_hash = "c0ffee",
          .yaml = "name: λ\n",
          .canonical_json = "{}",
          .request_id = "r-1",
          .state = store::SweepState::kRunning,
          .metric = "accuracy",
          .maximize = true,
          .max_concurrent = 2,
          .max_restarts = 3,
          .input_hash = "abc",
          .error = "",
          .create_time = 1'700'000'000'000'000,
          .end_time = 0};
}

[[nodiscard]] inline store::Failure SampleFailure() {
  return {"out_of_memory", "ALLOCATION_FAILED", "training.batch", "4096", "use a smaller batch"};
}

[[nodiscard]] inline store::Trial SampleTrial(int64_t id = 1, int64_t sweep_id = 1) {
  store::Trial row;
  row.id = id;
  row.sweep_id = sweep_id;
  row.position = static_cast<uint32_t>(id - 1);
  row.point_hash = absl::StrCat("p", id);
  row.spec_json = R"({"schema":1})";
  row.method = "soft_movement";
  row.seed = 0xfedcba9876543210u;
  row.lambda = 1300.0;
  row.steps = 300;
  row.create_time = 1'700'000'000'000'001;
  return row;
}

[[nodiscard]] inline store::Attempt SampleAttempt(int64_t trial_id = 1, uint32_t number = 1) {
  store::Attempt row;
  row.trial_id = trial_id;
  row.attempt_number = number;
  row.worker = "host-1";
  row.slots = {"cuda:0", "odd \"name\", with comma"};
  row.lease_duration_ms = 60'000;
  row.start_step = 100;
  row.directory = "/var/t-000001/attempt-1";
  row.create_time = 1'700'000'000'000'002;
  return row;
}

[[nodiscard]] inline store::Event SampleEvent(const std::string& kind, int64_t sweep_id = 1) {
  store::Event event;
  event.kind = kind;
  event.sweep_id = sweep_id;
  event.json = "{}";
  return event;
}

// One sweep, its trial 1 leased, attempt 1 running.
[[nodiscard]] inline store::WriteBatch RunningTrial() {
  store::Trial trial = SampleTrial();
  trial.state = store::TrialState::kRunning;
  trial.attempt_number = 1;
  store::Attempt attempt = SampleAttempt();
  attempt.state = store::AttemptState::kRunning;
  return {{store::InsertSweep{SampleSweep()}, store::InsertTrial{trial},
           store::InsertAttempt{attempt}}};
}

// Commits and waits for the answer.
[[nodiscard]] inline absl::Status CommitNow(TestExecutor& loop, store::Store& store,
                                            store::WriteBatch batch) {
  absl::Status result = absl::UnknownError("no answer");
  bool answered = false;
  store.Commit(std::move(batch), [&](absl::Status status) {
    result = std::move(status);
    answered = true;
  });
  if (!loop.RunUntil([&] { return answered; })) return absl::DeadlineExceededError("no answer");
  return result;
}

[[nodiscard]] inline absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(
    const TemporaryFolder& folder, TestExecutor& loop) {
  return store::OpenSqliteStore({.path = folder.File("sparsweep.db"), .holder = "test"}, loop);
}

}  // namespace sparsweep::test
