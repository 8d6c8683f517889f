#include "coordinator/coordinator_core/parked_syncs.h"

#include <algorithm>
#include <utility>

#include "coordinator/coordinator_core/refusals.h"

namespace sparsweep::coordinator {

void ParkedSyncs::Park(SyncRequest request, Reply<SyncAnswer> reply, base::SteadyTime now,
                       base::SteadyTime due) {
  std::sort(request.held.begin(), request.held.end());
  std::sort(request.checking.begin(), request.checking.end());
  const auto older = parked_.find(request.worker);
  if (older != parked_.end()) {
    older->second.reply(StaleSync(request.worker));
    parked_.erase(older);
  }
  std::string worker = request.worker;
  parked_.emplace(std::move(worker), Parked{std::move(request), std::move(reply), now, due});
}

void ParkedSyncs::AnswerChanged(
    base::SteadyTime now,
    const std::function<void(Reply<SyncAnswer>, absl::StatusOr<SyncAnswer>)>& release) {
  if (answered_.size() > kMaxRemembered) answered_.clear();  // workers come and go
  std::vector<Parked> ready;
  for (auto it = parked_.begin(); it != parked_.end();) {
    const SyncRequest& request = it->second.request;
    Views views{request.held, request.checking, sync_.WantedLeases(request.worker),
                sync_.WantedChecks(request.worker)};
    const bool changed = views.held != views.wanted || views.checking != views.wanted_checks;
    const bool repeated =
        now < it->second.arrival + kRepeatDelay && answered_[request.worker] == views;
    if (changed ? repeated : now < it->second.due) {
      ++it;
      continue;
    }
    answered_[request.worker] = std::move(views);
    ready.push_back(std::move(it->second));
    it = parked_.erase(it);
  }
  for (Parked& parked : ready) {
    release(std::move(parked.reply), sync_.Answer(parked.request, now));
  }
}

void ParkedSyncs::FailAll(const absl::Status& status) {
  for (auto& [worker, parked] : std::exchange(parked_, {})) parked.reply(status);
}

}  // namespace sparsweep::coordinator
