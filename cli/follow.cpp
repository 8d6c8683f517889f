#include "cli/follow.h"

#include <algorithm>
#include <utility>

namespace sparsweep::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPoll(300);
// A poll of many trials takes its time: leave the coordinator alone for three times as long.
constexpr int kRestShare = 3;
constexpr std::chrono::seconds kPatience(30);

absl::Status Poll(Client* client, const std::string& name, Progress* progress) {
  auto sweep = client->GetSweep(name);
  if (!sweep.ok()) return sweep.status();
  auto trials = client->ListTrials(name);
  if (!trials.ok()) return trials.status();
  progress->sweep = *std::move(sweep);
  progress->trials = *std::move(trials);
  const auto succeeded = std::count_if(
      progress->trials.begin(), progress->trials.end(),
      [](const v1::Trial& trial) { return trial.state() == v1::TRIAL_STATE_SUCCEEDED; });
  if (static_cast<size_t>(succeeded) != progress->front.points.size()) {
    auto front = client->GetFront(name);
    if (!front.ok()) return front.status();
    progress->front = *std::move(front);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FollowEnd> Follow(Client* client, const std::string& sweep, ProgressView* view,
                                 StopSignals* signals, const FollowOptions& options,
                                 Progress* last) {
  EtaEstimator eta;
  const Clock::time_point begin = Clock::now();
  Clock::time_point answered = begin;
  for (;;) {
    const Clock::time_point before = Clock::now();
    const absl::Status polled = Poll(client, sweep, last);
    const Clock::time_point now = Clock::now();
    if (polled.ok()) {
      answered = now;
      last->elapsed_seconds = std::chrono::duration<double>(now - begin).count();
      last->eta_seconds = eta.Update(last->elapsed_seconds, StepsOf(last->trials));
      view->Update(*last);
      if (HasEnded(last->sweep.state())) return FollowEnd::kSweepEnded;
    }
    if (options.alive) {
      if (absl::Status alive = options.alive(); !alive.ok()) return alive;
    }
    const bool may_come_back = absl::IsUnavailable(polled) || absl::IsDeadlineExceeded(polled);
    if (!polled.ok() && (!may_come_back || now - answered > kPatience)) return polled;
    if (options.timeout && now - begin > *options.timeout) return FollowEnd::kTimedOut;
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(now - before);
    if (signals->WaitFor(std::max(kPoll, kRestShare * rest))) return FollowEnd::kStopped;
  }
}

}  // namespace sparsweep::cli
