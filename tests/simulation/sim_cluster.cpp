#include "tests/simulation/sim_cluster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace sparsweep::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

SimCluster::SimCluster(uint64_t seed) : random_(seed), store_(time_), network_(time_, random_) {
  const uint64_t workers = 1 + random_.Below(4);
  uint64_t joined = 0;  // slots that an attempt can have together
  for (uint64_t i = 0; i < workers; ++i) {
    const uint64_t slots = 1 + random_.Below(3);
    const bool joins = random_.Chance(0.8);
    workers_.push_back(std::make_unique<SimWorker>("w" + std::to_string(i), static_cast<int>(slots),
                                                   joins, time_, random_, network_));
    if (joins) joined += slots;
    most_ranks_ = std::max({most_ranks_, joined, slots});
  }
  network_.faults = {0.02 * static_cast<double>(random_.Below(6)),
                     0.02 * static_cast<double>(random_.Below(6)), random_.Below(1500)};
  StartCoordinator();
}

void SimCluster::Run(int steps) {
  for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) Step(true);
  if (testing::Test::HasFailure()) return;
  network_.faults = {};
  store_.FailCommit(1'000'000'000, absl::OkStatus());
  for (int i = 0; i < 5000 && !AllEnded() && !testing::Test::HasFailure(); ++i) Step(false);
  Invariants::CheckEnd(store_, users_);
}

void SimCluster::Step(bool faults) {
  if (faults) {
    Befall();
  } else if (disk_paused_) {
    store_.Resume();
    disk_paused_ = false;
  }
  if (core_ == nullptr && time_.Now() >= restart_at_) StartCoordinator();
  for (const auto& user : users_) user->Act();
  for (const auto& worker : workers_) worker->Act(faults ? 0.03 : 0);
  for (int i = 0; i < 4; ++i) {
    time_.Advance(milliseconds(20) + random_.Milliseconds(200));
    if (core_ != nullptr) core_->Tick();
    time_.RunUntilIdle();
  }
  invariants_.Check(store_, *board_.Current(), workers_, users_);
}

void SimCluster::Befall() {
  if (users_.size() < 6 && random_.Chance(0.08)) {
    const uint64_t ranks = 1 + random_.Below(std::min<uint64_t>(most_ranks_, 3));
    users_.push_back(std::make_unique<SimUser>(
        static_cast<int>(users_.size()), static_cast<int>(1 + random_.Below(5)),
        static_cast<int>(ranks), random_.Chance(0.1), network_));
  }
  for (const auto& user : users_) {
    if (random_.Chance(0.004)) user->WantCancel();
  }
  for (const auto& worker : workers_) {
    if (random_.Chance(0.02)) worker->Crash();
    if (random_.Chance(0.01)) worker->FreezeUntil(time_.Now() + seconds(random_.Below(30)));
  }
  if (core_ != nullptr && random_.Chance(0.02)) KillCoordinator();
  if (random_.Chance(0.02)) {
    store_.FailCommit(static_cast<int64_t>(1 + random_.Below(3)),
                      absl::ResourceExhaustedError("simulated: disk full"));
  }
  if (random_.Chance(0.05)) {
    if (disk_paused_) {
      store_.Resume();
    } else {
      store_.Pause();
    }
    disk_paused_ = !disk_paused_;
  }
}

void SimCluster::StartCoordinator() {
  core_ = std::make_unique<coordinator::CoordinatorCore>(coordinator::CoreOptions{kLease}, time_,
                                                         store_, board_);
  const absl::Status opened = core_->Open(nullptr);
  ASSERT_TRUE(opened.ok()) << opened;
  network_.SetCore(core_.get());
}

void SimCluster::KillCoordinator() {
  network_.SetCore(nullptr);
  core_.reset();
  store_.Crash();
  disk_paused_ = false;
  restart_at_ = time_.Now() + random_.Milliseconds(15'000);
}

bool SimCluster::AllEnded() const {
  for (const auto& user : users_) {
    if (!user->submitted() || (user->wants_cancel() && !user->canceled())) return false;
  }
  for (const auto& [id, sweep] : store_.tables().sweeps) {
    if (!store::IsTerminal(sweep.state)) return false;
  }
  return true;
}

std::string SimCluster::Digest() const {
  std::ostringstream out;
  for (const store::Event& event : store_.tables().events) {
    out << event.sequence << ' ' << event.time << ' ' << event.kind << ' ' << event.sweep_id << ' '
        << event.trial_id << ' ' << event.attempt_number << ' ' << event.json << '\n';
  }
  for (const auto& [id, trial] : store_.tables().trials) {
    out << id << ' ' << store::Name(trial.state) << ' ' << trial.attempt_number << ' '
        << trial.restarts << ' ' << trial.step << ' ' << trial.score.value_or(-1) << '\n';
  }
  return out.str();
}

}  // namespace sparsweep::simulation
