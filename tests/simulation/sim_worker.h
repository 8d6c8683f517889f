// A worker daemon and its trainers as the coordinator sees them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/sim_network.h"

namespace sparsweep::simulation {

inline constexpr int64_t kSteps = 6;  // of every trial
inline constexpr std::chrono::nanoseconds kLease = std::chrono::seconds(9);

// What a trial measures depends on the trial and the step alone, whoever runs it and however often.
[[nodiscard]] double ValueAt(int64_t trial_id, int64_t step);

struct SimTrainer {
  coordinator::AttemptKey key;
  std::vector<std::string> slots;  // a rank on each
  uint32_t first_rank = 0;
  uint32_t ranks = 1;  // of the attempt
  std::string rendezvous;
  int64_t step = 0;
  std::vector<contract::TrainerEvent> events;
  std::optional<coordinator::AttemptOutcome> outcome;
  uint64_t acknowledged = 0;
  bool reporting = false;
  base::SteadyTime lease_end;
};

class SimWorker {
 public:
  // `joins`: takes part in attempts over several workers.
  SimWorker(std::string name, int slots, bool joins, test::TestExecutor& time, SimRandom& random,
            SimNetwork& network);

  // One turn: leases that are over by its own clock end, trainers train, calls go out.
  void Act(double failure_rate);
  // kill -9: trainers die with it, checkpoints and nothing else stay. Comes back as a new instance.
  void Crash();
  // SIGSTOP of the daemon: it does nothing and hears nothing until then.
  void FreezeUntil(base::SteadyTime until) { frozen_until_ = until; }

  // Trainers that run and whose lease holds by this worker's clock; none while it is frozen.
  [[nodiscard]] std::vector<const SimTrainer*> Running() const;
  // Highest sequence that was acknowledged, by attempt.
  [[nodiscard]] const std::map<coordinator::AttemptKey, uint64_t>& acknowledged() const {
    return acknowledged_;
  }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  [[nodiscard]] bool frozen() const { return time_.Now() < frozen_until_; }
  void Train(SimTrainer& trainer, double failure_rate);
  void Report(SimTrainer& trainer);
  void Sync();
  void OnSync(const coordinator::SyncAnswer& answer, base::SteadyTime sent);
  void Start(const coordinator::DesiredLease& lease, base::SteadyTime lease_end);
  void Check(const std::string& sweep);
  // `task` for this life only, and not while frozen.
  template <class Answer>
  std::function<void(absl::StatusOr<Answer>)> Alive(
      std::function<void(const absl::StatusOr<Answer>&)> task);

  const std::string name_;
  const int slot_count_;
  const bool joins_;
  test::TestExecutor& time_;
  SimRandom& random_;
  SimNetwork& network_;

  int life_ = 1;
  uint64_t sequence_ = 0;
  bool syncing_ = false;
  base::SteadyTime frozen_until_;
  std::map<coordinator::AttemptKey, SimTrainer> trainers_;
  std::map<int64_t, uint32_t> ended_;       // by trial: its newest attempt that has ended here
  std::map<int64_t, int64_t> checkpoints_;  // by trial: step; survives a crash
  std::set<std::string> checking_;
  std::map<coordinator::AttemptKey, uint64_t> acknowledged_;
};

}  // namespace sparsweep::simulation
