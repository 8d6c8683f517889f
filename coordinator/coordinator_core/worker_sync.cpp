#include "coordinator/coordinator_core/worker_sync.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/status.h"
#include "coordinator/coordinator_core/refusals.h"

namespace sparsweep::coordinator {
namespace {

constexpr size_t kMaxSlots = 1024;
constexpr size_t kMaxReplaced = 16;
constexpr std::chrono::minutes kPatience{10};  // with a worker that is not heard from

absl::Status Invalid(const std::string& field, const std::string& problem) {
  return base::WithReason(absl::InvalidArgumentError(fmt::format("{}: {}", field, problem)),
                          {"INVALID_SYNC", {{"field", field}}});
}

// Part of labels, logs and event details.
bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= 253 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-' || c == ':';
         });
}

absl::Status Check(const SyncRequest& request) {
  if (!IsName(request.worker)) {
    return Invalid("worker", "not a name; give 1 to 253 of A-Z a-z 0-9 . _ - :");
  }
  if (!IsName(request.instance)) return Invalid("instance", "not a UUID");
  if (request.slots.size() > kMaxSlots) {
    return Invalid("slots", fmt::format("{}; at most {}", request.slots.size(), kMaxSlots));
  }
  std::set<std::string> names;
  for (const Slot& slot : request.slots) {
    if (!IsName(slot.name)) return Invalid("slots", "a slot without a proper name");
    if (!names.insert(slot.name).second) {
      return Invalid("slots", fmt::format("'{}' stands twice", slot.name));
    }
  }
  return absl::OkStatus();
}

bool Contains(const auto& list, const auto& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool WorkerSync::IsNewInstance(const SyncRequest& request) const {
  const auto worker = state_.workers.find(request.worker);
  return worker == state_.workers.end() || worker->second.instance != request.instance;
}

absl::Status WorkerSync::Arrive(const SyncRequest& request, base::SteadyTime now) {
  if (absl::Status status = Check(request); !status.ok()) return status;
  const auto found = state_.workers.find(request.worker);
  if (found != state_.workers.end()) {
    const WorkerEntry& worker = found->second;
    if (Contains(worker.replaced, request.instance)) return WorkerReplaced(request.worker);
    if (worker.instance == request.instance && request.sequence < worker.sequence) {
      return StaleSync(request.worker);
    }
  }
  WorkerEntry& worker = state_.workers[request.worker];
  if (worker.instance != request.instance && !worker.instance.empty()) {
    worker.replaced.push_back(worker.instance);
    if (worker.replaced.size() > kMaxReplaced) worker.replaced.pop_front();
  }
  worker.name = request.worker;
  worker.instance = request.instance;
  worker.version = request.version;
  worker.draining = request.draining;
  worker.rank_address = request.rank_address;
  worker.slots = request.slots;
  worker.sequence = request.sequence;
  worker.last_seen = now;
  worker.checking = request.checking;
  TakeOver(request, now);
  TakeHeld(request, now);
  return absl::OkStatus();
}

// What the worker does not hold and never will: leases of an earlier instance or from before our
// own restart, and those that a draining worker was about to get.
void WorkerSync::TakeOver(const SyncRequest& request, base::SteadyTime now) {
  for (const AttemptKey& key : state_.leases.OfWorker(request.worker)) {
    const Lease& lease = *state_.leases.Find(key);
    if (lease.ending) continue;
    if (Contains(request.held, key)) {
      leases_.Take(key, request.worker, request.instance);
    } else if (lease.PartOf(request.worker)->instance != request.instance || request.draining) {
      leases_.Lose(key, request.worker, now);
    }
  }
}

void WorkerSync::TakeHeld(const SyncRequest& request, base::SteadyTime now) {
  for (const AttemptKey& key : state_.leases.OfWorker(request.worker)) {
    const bool ending = state_.leases.Find(key)->ending;
    const bool held = Contains(request.held, key);
    if (ending && !held) leases_.Release(key, request.worker);
    if (!ending && held) leases_.Renew(key, request.worker, now);
  }
  for (const auto& [key, place] : request.rendezvous) leases_.Meet(key, request.worker, place);
  bool unknown = false;
  for (const AttemptKey& key : request.held) {
    const Lease* lease = state_.leases.Find(key);
    unknown = unknown || lease == nullptr || lease->PartOf(request.worker) == nullptr;
  }
  state_.workers[request.worker].holds_unknown = unknown;
}

void WorkerSync::ForgetLost(base::SteadyTime now) {
  const auto patience = std::max<std::chrono::nanoseconds>(kPatience, 10 * state_.lease_duration);
  std::erase_if(state_.workers, [&](const auto& entry) {
    return entry.second.last_seen + patience < now && state_.leases.OfWorker(entry.first).empty();
  });
}

std::vector<AttemptKey> WorkerSync::WantedLeases(const std::string& worker) const {
  std::vector<AttemptKey> wanted;
  for (const AttemptKey& key : state_.leases.OfWorker(worker)) {
    const Lease& lease = *state_.leases.Find(key);
    const LeasePart& part = *lease.PartOf(worker);
    const bool can_meet = part.first_rank == 0 || !lease.rendezvous.empty();
    if (!lease.ending && (can_meet || part.taken)) wanted.push_back(key);
  }
  return wanted;
}

std::vector<std::string> WorkerSync::WantedChecks(const std::string& worker) const {
  std::vector<std::string> wanted;
  for (const int64_t id : state_.sweeps.open()) {
    const SweepEntry& sweep = *state_.sweeps.FindSweep(id);
    if (sweep.row.state == store::SweepState::kChecking && sweep.check.worker == worker) {
      wanted.push_back(sweep.row.name);
    }
  }
  std::sort(wanted.begin(), wanted.end());
  return wanted;
}

// The first trial with a teacher where there is one, so that one check reads model, data and the
// teacher. Other teachers of the sweep are met by their own trials.
absl::StatusOr<contract::TrialSpec> WorkerSync::CheckedTrial(SweepEntry& sweep) {
  if (!sweep.check.trial) {
    sweep.check.trial = sweep.trials.front();
    for (const int64_t id : sweep.trials) {
      const auto spec = contract::ParseTrialSpec(state_.sweeps.FindTrial(id)->row.spec_json);
      if (!spec.ok() || spec->training.teacher.empty()) continue;
      sweep.check.trial = id;
      break;
    }
  }
  return contract::ParseTrialSpec(state_.sweeps.FindTrial(*sweep.check.trial)->row.spec_json);
}

SyncAnswer WorkerSync::Answer(const SyncRequest& request, base::SteadyTime now) {
  SyncAnswer answer;
  for (const AttemptKey& key : WantedLeases(request.worker)) {
    if (Contains(request.held, key)) leases_.Renew(key, request.worker, now);
    const Lease& lease = *state_.leases.Find(key);
    const LeasePart& part = *lease.PartOf(request.worker);
    const TrialEntry& trial = *state_.sweeps.FindTrial(key.trial_id);
    auto spec = contract::ParseTrialSpec(trial.row.spec_json);
    if (!spec.ok()) {  // we wrote it
      ++state_.tally.invariant_violations;
      continue;
    }
    spec->attempt_number = key.attempt_number;
    spec->input_hash = state_.sweeps.FindSweep(trial.row.sweep_id)->row.input_hash;
    spec->world.rank = part.first_rank;
    if (part.first_rank > 0) spec->world.rendezvous = lease.rendezvous;
    answer.leases.push_back({*std::move(spec), part.slots, part.deadline - now});
  }
  for (const std::string& name : WantedChecks(request.worker)) {
    auto spec = CheckedTrial(*state_.sweeps.FindSweep(name));
    if (spec.ok()) answer.checks.push_back({name, *std::move(spec)});
  }
  return answer;
}

}  // namespace sparsweep::coordinator
