#include "worker/lease_keeper.h"

#include <algorithm>
#include <vector>

namespace sparsweep::worker {
namespace {

using std::chrono::nanoseconds;

// The loop's timers may stand still while the machine sleeps; the clock does not.
constexpr nanoseconds kLongestTimer = std::chrono::seconds(1);
constexpr nanoseconds kLongestMargin = std::chrono::seconds(5);

}  // namespace

nanoseconds LeaseMargin(nanoseconds duration) { return std::min(kLongestMargin, duration / 5); }

LeaseKeeper::~LeaseKeeper() {
  if (timer_set_) loop_.Cancel(timer_);
}

bool LeaseKeeper::Renew(const AttemptId& id, base::SteadyTime sent, nanoseconds duration) {
  const base::SteadyTime end = sent + duration - LeaseMargin(duration);
  if (end <= clock_.Now()) return false;
  Lease& lease = leases_[id];
  lease = {std::max(lease.end, end), duration};
  SetTimer();
  return true;
}

void LeaseKeeper::Drop(const AttemptId& id) {
  leases_.erase(id);
  SetTimer();
}

nanoseconds LeaseKeeper::SyncWait(nanoseconds longest) const {
  for (const auto& [id, lease] : leases_) longest = std::min(longest, lease.duration / 4);
  return longest;
}

void LeaseKeeper::SetTimer() {
  if (timer_set_) loop_.Cancel(timer_);
  timer_set_ = !leases_.empty();
  if (!timer_set_) return;
  nanoseconds delay = kLongestTimer;
  for (const auto& [id, lease] : leases_) delay = std::min(delay, lease.end - clock_.Now());
  timer_ = loop_.After(std::max(delay, nanoseconds(0)), lifetime_.Guard([this] { Check(); }));
}

void LeaseKeeper::Check() {
  timer_set_ = false;
  std::vector<AttemptId> over;
  for (const auto& [id, lease] : leases_) {
    if (lease.end <= clock_.Now()) over.push_back(id);
  }
  for (const AttemptId& id : over) leases_.erase(id);
  SetTimer();
  for (const AttemptId& id : over) expired_(id);
}

}  // namespace sparsweep::worker
