#include "worker/worker_daemon.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/logging.h"
#include "base/status.h"
#include "base/version.h"
#include "contract/trial_spec.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/rank_address.h"

namespace sparsweep::worker {
namespace {

using google::protobuf::util::TimeUtil;
using std::chrono::nanoseconds;

constexpr nanoseconds kLongestWait = std::chrono::seconds(10);

AttemptId IdOf(const v1::DesiredLease& lease) {
  return {lease.spec().trial(), lease.spec().attempt_number()};
}

}  // namespace

WorkerDaemon::WorkerDaemon(Deps deps, std::function<void(const absl::Status&)> ended)
    : deps_(std::move(deps)),
      ended_(std::move(ended)),
      leases_(deps_.loop, deps_.clock, [this](const AttemptId& id) { OnLeaseExpired(id); }),
      sync_(deps_.loop, deps_.clock, deps_.client,
            SyncLoop::Callbacks{
                .describe = [this](v1::SyncRequest* request) { Describe(request); },
                .answered = [this](const v1::SyncResponse& response,
                                   base::SteadyTime sent) { OnAnswer(response, sent); },
                .failed = [this](const absl::Status& status) { OnFailure(status); }}) {}

WorkerDaemon::~WorkerDaemon() = default;

void WorkerDaemon::Start() { sync_.Start(); }

void WorkerDaemon::Drain() {
  if (draining_) return;
  draining_ = true;
  base::LogInfo("draining", {{"attempts", std::to_string(attempts_.size())}});
  checks_.clear();
  for (const auto& [id, attempt] : attempts_) {
    if (leases_.Holds(id)) {
      attempt->Stop();
    } else {
      attempt->Abandon();  // nobody may ever take its report
    }
  }
  sync_.SyncNow();
}

void WorkerDaemon::Describe(v1::SyncRequest* request) {
  request->set_worker(deps_.worker.name);
  request->set_instance(deps_.worker.instance);
  request->set_version(base::kVersion);
  request->set_draining(draining_);
  request->set_rank_address(deps_.rank_address.value_or(""));
  for (const WorkerSlot& slot : deps_.slots) {
    v1::Slot& described = *request->add_slots();
    described.set_name(slot.name);
    described.set_device(slot.device);
    described.set_model(slot.model);
    described.set_memory_bytes(slot.memory_bytes);
  }
  for (const auto& [id, attempt] : attempts_) {
    v1::HeldLease& held = *request->add_held();
    held.set_trial(id.trial);
    held.set_attempt_number(id.attempt_number);
    held.set_rendezvous(attempt->rendezvous());
  }
  for (const auto& [sweep, check] : checks_) request->add_checking(sweep);
  leaving_ = draining_ && attempts_.empty();
  const bool answer_now = lease_waits_ || leaving_;
  *request->mutable_wait() =
      TimeUtil::NanosecondsToDuration(answer_now ? 0 : leases_.SyncWait(kLongestWait).count());
}

void WorkerDaemon::OnAnswer(const v1::SyncResponse& response, base::SteadyTime sent) {
  if (!std::exchange(connected_, true)) base::LogInfo("coordinator answers");
  lease_waits_ = false;
  std::set<AttemptId> wanted;
  for (const v1::DesiredLease& lease : response.leases()) {
    wanted.insert(IdOf(lease));
    TakeLease(lease, sent);
  }
  for (const auto& [id, attempt] : attempts_) {
    if (wanted.contains(id)) continue;
    leases_.Drop(id);
    attempt->Abandon();
  }
  for (const v1::DesiredCheck& check : response.checks()) {
    const std::string& sweep = check.sweep();
    if (draining_ || checks_.contains(sweep)) continue;
    auto runner = std::make_unique<CheckRunner>(
        CheckRunner::Deps{deps_.loop, deps_.client, deps_.directory, deps_.worker, deps_.trainer,
                          deps_.slots.empty() ? "cpu" : DeviceOfSlot(deps_.slots.front().name)},
        check, [this, sweep] {
          deps_.loop.Post(lifetime_.Guard([this, sweep] { checks_.erase(sweep); }));
        });
    checks_.emplace(sweep, std::move(runner)).first->second->Start();
  }
  EndIfLeft();
}

void WorkerDaemon::TakeLease(const v1::DesiredLease& lease, base::SteadyTime sent) {
  const AttemptId id = IdOf(lease);
  const nanoseconds duration(TimeUtil::DurationToNanoseconds(lease.duration()));
  if (attempts_.contains(id)) {
    (void)leases_.Renew(id, sent, duration);
    return;
  }
  const auto last = ended_attempts_.find(id.trial);
  if (draining_ || (last != ended_attempts_.end() && id.attempt_number <= last->second)) return;
  if (!contract::ParseTrialName(id.trial).has_value()) {
    base::LogError("lease ignored: no trial's name", {{"trial", id.trial}});
    return;
  }
  // A trainer that is being killed still has its slot; and a lease that came at the end of a long
  // poll may be over by our count. Both come again with the next answer.
  if (!SlotsFree(lease) || !leases_.Renew(id, sent, duration)) {
    lease_waits_ = true;
    return;
  }
  auto supervisor = std::make_unique<TrainerSupervisor>(
      TrainerSupervisor::Deps{deps_.loop, deps_.client, deps_.directory, deps_.worker,
                              deps_.trainer, deps_.stop_grace,
                              deps_.rank_address.value_or(kDefaultRankAddress), deps_.hang_timeout},
      lease, [this, id] { deps_.loop.Post(lifetime_.Guard([this, id] { OnAttemptEnded(id); })); });
  attempts_.emplace(id, std::move(supervisor)).first->second->Start();
}

bool WorkerDaemon::SlotsFree(const v1::DesiredLease& lease) const {
  return std::ranges::none_of(attempts_, [&lease](const auto& entry) {
    return entry.second->running() &&
           std::ranges::any_of(entry.second->slots(), [&lease](const std::string& slot) {
             return std::ranges::find(lease.slots(), slot) != lease.slots().end();
           });
  });
}

void WorkerDaemon::OnFailure(const absl::Status& status) {
  if (absl::IsInvalidArgument(status) || base::ReasonOf(status).reason == "WORKER_REPLACED") {
    End(status);
    return;
  }
  if (std::exchange(connected_, false)) {
    base::LogWarning("coordinator does not answer", {{"status", status.ToString()}});
  }
  EndIfLeft();
}

void WorkerDaemon::OnLeaseExpired(const AttemptId& id) {
  const auto found = attempts_.find(id);
  if (found == attempts_.end()) return;
  base::LogWarning("lease expired",
                   {{"trial", id.trial}, {"attempt", std::to_string(id.attempt_number)}});
  if (draining_) {
    found->second->Abandon();
  } else {
    found->second->LeaseLost();
  }
}

void WorkerDaemon::OnAttemptEnded(const AttemptId& id) {
  leases_.Drop(id);
  attempts_.erase(id);
  uint32_t& last = ended_attempts_[id.trial];
  last = std::max(last, id.attempt_number);
  if (draining_ && attempts_.empty()) sync_.SyncNow();
}

void WorkerDaemon::EndIfLeft() {
  if (leaving_) End(absl::OkStatus());
}

void WorkerDaemon::End(const absl::Status& status) {
  if (!ended_) return;
  sync_.Stop();
  std::exchange(ended_, nullptr)(status);
}

}  // namespace sparsweep::worker
