#include "tests/simulation/sim_worker.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace sparsweep::simulation {

using coordinator::AttemptKey;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kCallTimeout{5000};
constexpr auto kMargin = kLease / 5;

contract::TrainerEvent Event(const SimTrainer& trainer, contract::EventBody body) {
  return {trainer.events.size() + 1, trainer.step, std::move(body)};
}

}  // namespace

double ValueAt(int64_t trial_id, int64_t step) {
  return static_cast<double>(trial_id) + static_cast<double>(step) / 100;
}

SimWorker::SimWorker(std::string name, int slots, bool joins, test::TestExecutor& time,
                     SimRandom& random, SimNetwork& network)
    : name_(std::move(name)),
      slot_count_(slots),
      joins_(joins),
      time_(time),
      random_(random),
      network_(network) {}

template <class Answer>
std::function<void(absl::StatusOr<Answer>)> SimWorker::Alive(
    std::function<void(const absl::StatusOr<Answer>&)> task) {
  return [this, life = life_, task = std::move(task)](const absl::StatusOr<Answer>& answer) {
    if (life != life_) return;
    if (!frozen()) return task(answer);
    time_.After(frozen_until_ - time_.Now(), [this, life, task, answer] {
      if (life == life_) task(answer);
    });
  };
}

void SimWorker::Act(double failure_rate) {
  if (frozen()) return;
  std::erase_if(trainers_, [this](const auto& entry) {
    const SimTrainer& trainer = entry.second;
    const bool over = trainer.lease_end <= time_.Now();
    if (over) ended_[trainer.key.trial_id] = trainer.key.attempt_number;
    return over;
  });
  for (auto& [key, trainer] : trainers_) {
    if (!trainer.outcome && random_.Chance(0.6)) Train(trainer, failure_rate);
    Report(trainer);
  }
  Sync();
}

void SimWorker::Crash() {
  ++life_;
  sequence_ = 0;
  syncing_ = false;
  frozen_until_ = {};
  trainers_.clear();
  ended_.clear();
  checking_.clear();
}

std::vector<const SimTrainer*> SimWorker::Running() const {
  std::vector<const SimTrainer*> running;
  for (const auto& [key, trainer] : trainers_) {
    if (!frozen() && !trainer.outcome && trainer.lease_end > time_.Now()) {
      running.push_back(&trainer);
    }
  }
  return running;
}

void SimWorker::Train(SimTrainer& trainer, double failure_rate) {
  const int64_t trial = trainer.key.trial_id;
  if (random_.Chance(failure_rate)) {
    constexpr const char* kClasses[] = {"device", "internal", "out_of_memory", "stopped",
                                        "lost_collective"};
    store::Failure& failure = trainer.outcome.emplace().failure.emplace();
    failure.failure_class = kClasses[random_.Below(trainer.ranks > 1 ? 5 : 4)];
    failure.message = "simulated";
    return;
  }
  if (trainer.first_rank > 0) return;  // has nothing to tell; held until it is not wanted
  if (!network_.AllMet(trainer.rendezvous, trainer.ranks)) return;
  ++trainer.step;
  trainer.events.push_back(
      Event(trainer, contract::Metric{"accuracy", ValueAt(trial, trainer.step)}));
  if (random_.Chance(0.5)) checkpoints_[trial] = trainer.step;
  if (trainer.step < kSteps) return;
  trainer.events.push_back(Event(trainer, contract::Finished{ValueAt(trial, kSteps)}));
  trainer.outcome.emplace();
}

void SimWorker::Report(SimTrainer& trainer) {
  if (trainer.reporting) return;
  if (trainer.acknowledged == trainer.events.size() && !trainer.outcome) return;
  coordinator::EventReport report;
  report.worker = name_;
  report.attempt = trainer.key;
  for (size_t i = trainer.acknowledged; i < trainer.events.size(); ++i) {
    report.events.push_back(trainer.events[i]);
  }
  report.outcome = trainer.outcome;
  trainer.reporting = true;
  const bool last = trainer.outcome.has_value();
  network_.Call<coordinator::EventAck>(
      [report](coordinator::CoordinatorCore& core,
               coordinator::Reply<coordinator::EventAck> reply) {
        core.ReportEvents(report, std::move(reply));
      },
      kCallTimeout,
      Alive<coordinator::EventAck>([this, key = trainer.key, last](const auto& answer) {
        const auto found = trainers_.find(key);
        if (found == trainers_.end()) return;
        found->second.reporting = false;
        if (answer.ok()) {
          uint64_t& acknowledged = found->second.acknowledged;
          acknowledged = std::max(acknowledged, answer->acknowledged_sequence);
          acknowledged_[key] = std::max(acknowledged_[key], acknowledged);
        }
        const bool stale = base::ReasonOf(answer.status()).reason == std::string("STALE_ATTEMPT");
        if (stale || (answer.ok() && last)) {
          ended_[key.trial_id] = key.attempt_number;
          trainers_.erase(found);
        }
      }));
}

void SimWorker::Sync() {
  if (syncing_) return;
  syncing_ = true;
  coordinator::SyncRequest request;
  request.worker = name_;
  request.instance = name_ + "-" + std::to_string(life_);
  request.sequence = ++sequence_;
  request.wait = std::chrono::seconds(2);
  request.checking.assign(checking_.begin(), checking_.end());
  for (int i = 0; i < slot_count_; ++i) {
    request.slots.push_back({"cpu:" + std::to_string(i), "cpu", "", 0});
  }
  if (joins_) request.rank_address = "10.0.0.1";
  for (const auto& [key, trainer] : trainers_) {
    request.held.push_back(key);
    if (trainer.first_rank == 0 && trainer.ranks > 1) {
      request.rendezvous[key] = trainer.rendezvous;
    }
  }
  network_.Call<coordinator::SyncAnswer>(
      [request](coordinator::CoordinatorCore& core,
                coordinator::Reply<coordinator::SyncAnswer> reply) {
        core.Sync(request, std::move(reply));
      },
      kCallTimeout, Alive<coordinator::SyncAnswer>([this, sent = time_.Now()](const auto& answer) {
        syncing_ = false;
        if (answer.ok()) OnSync(*answer, sent);
      }));
}

void SimWorker::OnSync(const coordinator::SyncAnswer& answer, base::SteadyTime sent) {
  std::set<AttemptKey> wanted;
  for (const coordinator::DesiredLease& lease : answer.leases) {
    wanted.insert({*contract::ParseTrialName(lease.spec.trial), lease.spec.attempt_number});
  }
  std::erase_if(trainers_, [this, &wanted](const auto& entry) {
    const bool ends = !wanted.contains(entry.first);
    if (ends) ended_[entry.first.trial_id] = entry.first.attempt_number;
    return ends;
  });
  for (const coordinator::DesiredLease& lease : answer.leases) {
    Start(lease, sent + lease.duration - kMargin);
  }
  for (const coordinator::DesiredCheck& check : answer.checks) Check(check.sweep);
}

void SimWorker::Start(const coordinator::DesiredLease& lease, base::SteadyTime lease_end) {
  const AttemptKey key{*contract::ParseTrialName(lease.spec.trial), lease.spec.attempt_number};
  if (const auto found = trainers_.find(key); found != trainers_.end()) {
    found->second.lease_end = lease_end;
    return;
  }
  const auto ended = ended_.find(key.trial_id);
  if (ended != ended_.end() && key.attempt_number <= ended->second) return;
  if (lease_end <= time_.Now()) return;
  SimTrainer trainer;
  trainer.key = key;
  trainer.slots = lease.slots;
  trainer.first_rank = lease.spec.world.rank;
  trainer.ranks = lease.spec.world.size;
  trainer.rendezvous = trainer.first_rank > 0 ? lease.spec.world.rendezvous
                                              : name_ + "/" + lease.spec.trial + "/" +
                                                    std::to_string(key.attempt_number);
  network_.Meet(trainer.rendezvous, trainer.first_rank, trainer.slots.size());
  if (trainer.first_rank > 0) {
    trainer.lease_end = lease_end;
    trainers_.emplace(key, std::move(trainer));
    return;
  }
  trainer.lease_end = lease_end;
  const auto checkpoint = checkpoints_.find(key.trial_id);
  if (checkpoint != checkpoints_.end()) trainer.step = checkpoint->second;
  trainer.events.push_back(Event(trainer, contract::Started{}));
  if (trainer.step == kSteps) {  // the checkpoint was the last step's
    trainer.events.push_back(Event(trainer, contract::Finished{ValueAt(key.trial_id, kSteps)}));
    trainer.outcome.emplace();
  }
  trainers_.emplace(key, std::move(trainer));
}

void SimWorker::Check(const std::string& sweep) {
  if (!checking_.insert(sweep).second) return;
  coordinator::CheckReport report;
  report.worker = name_;
  report.sweep = sweep;
  if (sweep.ends_with("-bad")) {
    report.failure.emplace().failure_class = "user";
  } else {
    report.input_hash = "content";
  }
  network_.Call<coordinator::Done>(
      [report](coordinator::CoordinatorCore& core, coordinator::Reply<coordinator::Done> reply) {
        core.ReportCheck(report, std::move(reply));
      },
      kCallTimeout,
      Alive<coordinator::Done>([this, sweep](const auto&) { checking_.erase(sweep); }));
}

}  // namespace sparsweep::simulation
