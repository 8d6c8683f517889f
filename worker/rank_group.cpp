#include "worker/rank_group.h"

#include <signal.h>

#include "contract/trainer_error.h"

namespace sparsweep::worker {
namespace {

using contract::FailureClass;

bool Is(ExitStatus status, FailureClass failure_class) {
  return status.signal == 0 && status.exit_code == contract::ExitCode(failure_class);
}

bool IsClean(ExitStatus status) {
  return status.ShellCode() == 0 || Is(status, FailureClass::kStopped);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RankGroup>> RankGroup::Start(base::EventLoop& loop,
                                                            const std::vector<RankOptions>& ranks,
                                                            std::function<void(RankEnd)> ended) {
  std::unique_ptr<RankGroup> group(new RankGroup(std::move(ended)));
  for (const RankOptions& options : ranks) {
    const size_t member = group->members_.size();
    auto process = TrainerProcess::Start(
        loop, options.process,
        [group = group.get(), member](ExitStatus status) { group->OnEnd(member, status); });
    if (!process.ok()) return process.status();  // the destructor kills those before
    group->members_.push_back({.rank = options.rank, .process = *std::move(process)});
  }
  group->running_ = group->members_.size();
  return group;
}

void RankGroup::Signal(int signal) {
  for (const Member& member : members_) {
    if (member.process != nullptr) member.process->Signal(signal);
  }
}

std::vector<std::pair<uint32_t, pid_t>> RankGroup::Pids() const {
  std::vector<std::pair<uint32_t, pid_t>> pids;
  for (const Member& member : members_) {
    if (member.process != nullptr) pids.emplace_back(member.rank, member.process->pid());
  }
  return pids;
}

void RankGroup::OnEnd(size_t index, ExitStatus status) {
  Member& member = members_[index];
  member.process.reset();
  member.status = status;
  if (!decided_.has_value() && (member.rank == 0 || !IsClean(status))) {
    Decide(index);
  } else if (decided_.has_value() && member.died_itself && !IsClean(status) &&
             Is(members_[*decided_].status, FailureClass::kLostCollective)) {
    decided_ = index;
  }
  if (--running_ > 0) return;
  const std::function<void(RankEnd)> ended = std::move(ended_);  // it may destroy this object
  ended(End());
}

void RankGroup::Decide(size_t index) {
  decided_ = index;
  for (Member& other : members_) {
    if (other.process == nullptr) continue;
    other.died_itself = other.process->HasEnded();
    other.process->Signal(SIGKILL);
  }
}

RankEnd RankGroup::End() const {
  if (decided_.has_value()) return {members_[*decided_].rank, members_[*decided_].status};
  for (const Member& member : members_) {
    if (member.status.ShellCode() != 0) return {member.rank, member.status};
  }
  return {members_.front().rank, members_.front().status};
}

}  // namespace sparsweep::worker
