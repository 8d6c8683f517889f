// A core on a virtual clock over a store in memory, and calls to it that remember their answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/coordinator_core/coordinator_core.h"
#include "dashboard_api/snapshot.h"
#include "tests/support/memory_store.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::coordinator {

// An answer that may not have come yet.
template <class Answer>
class Pending {
 public:
  [[nodiscard]] Reply<Answer> Catch() const {
    return [slot = slot_](absl::StatusOr<Answer> answer) { *slot = std::move(answer); };
  }
  [[nodiscard]] bool has_come() const { return slot_->has_value(); }
  [[nodiscard]] const absl::StatusOr<Answer>& get() const { return **slot_; }

 private:
  std::shared_ptr<std::optional<absl::StatusOr<Answer>>> slot_ =
      std::make_shared<std::optional<absl::StatusOr<Answer>>>();
};

// Sweep "words" with two trials, t-000001 and t-000002, both within max_concurrent_trials.
inline constexpr char kTwoTrials[] = R"(name: words
model: {path: /m}
task: {train: /t, dev: /d, format: {text: [a]}}
training: {steps: 300, warmup_steps: 30}
groups: [{method: movement, density: {values: [0.1, 0.03]}}]
)";

// Leases last 9 s.
class CoreFixture {
 public:
  CoreFixture();

  // kill -9 and a new start on the same store.
  void Restart();
  void Tick(std::chrono::nanoseconds passed = std::chrono::nanoseconds(0));

  // Each runs until nothing is left to do now, unless the store is paused.
  Pending<SweepAnswer> Submit(const std::string& yaml, const std::string& request_id = "",
                              bool validate_only = false);
  Pending<SweepAnswer> Cancel(const std::string& name, const std::string& request_id = "");
  Pending<SyncAnswer> Sync(SyncRequest request);
  Pending<EventAck> Report(const AttemptKey& attempt, std::vector<contract::TrainerEvent> events,
                           std::optional<AttemptOutcome> outcome = std::nullopt,
                           const std::string& worker = "w");
  Pending<Done> CheckPasses(const std::string& sweep);
  Pending<Done> CheckFails(const std::string& sweep, const std::string& failure_class);
  Pending<Done> Fence(const AttemptKey& attempt);

  // A Sync of worker "w", two slots, instance "w-1", the next sequence.
  [[nodiscard]] SyncRequest From(std::vector<AttemptKey> held = {});
  // Submits kTwoTrials, passes its check and has "w" take both leases.
  void StartTwoTrials();
  // Events 1 and 2 (started, metric) and the finish as 3.
  void RunToEnd(const AttemptKey& attempt, double score);

  [[nodiscard]] const store::Trial& Trial(int64_t id) const { return store.tables().trials.at(id); }
  [[nodiscard]] std::string StateOf(int64_t trial_id) const {
    return std::string(store::Name(Trial(trial_id).state));
  }
  [[nodiscard]] std::string SweepState() const {
    return std::string(store::Name(store.tables().sweeps.at(1).state));
  }

  test::TestExecutor time;
  test::MemoryStore store;
  dashboard_api::SnapshotBoard board;
  std::unique_ptr<CoordinatorCore> core;
  std::vector<bool> serving;  // as it changed
  uint64_t sequence = 0;
};

[[nodiscard]] contract::TrainerEvent Started(uint64_t sequence, int64_t step);
[[nodiscard]] contract::TrainerEvent Metric(uint64_t sequence, int64_t step, double value,
                                            const std::string& name = "accuracy");
[[nodiscard]] contract::TrainerEvent Finished(uint64_t sequence, int64_t step, double score);
[[nodiscard]] AttemptOutcome Failed(const std::string& failure_class);
// The leases in the answer.
[[nodiscard]] std::vector<AttemptKey> Leases(const Pending<SyncAnswer>& answer);

}  // namespace sparsweep::coordinator
