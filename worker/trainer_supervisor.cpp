#include "worker/trainer_supervisor.h"

#include <signal.h>

#include <utility>

#include "base/logging.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/oom_counter.h"

namespace sparsweep::worker {
namespace {

using contract::FailureClass;
using contract::TrainerError;

// For the answer to a report, once the attempt is wanted no more.
constexpr std::chrono::seconds kAnswerGrace{2};

TrainerError NotStarted(const absl::Status& status) {
  return MakeFailure(
      absl::IsResourceExhausted(status) ? FailureClass::kDisk : FailureClass::kInternal,
      "NOT_STARTED", "the worker cannot start the trainer: " + std::string(status.message()));
}

// The worker chose the checkpoint, so neither is the user's fault.
bool IsBadCheckpoint(const TrainerError& error) {
  return error.reason == "CHECKPOINT_DAMAGED" || error.reason == "CHECKPOINT_MISMATCH";
}

}  // namespace

TrainerSupervisor::TrainerSupervisor(Deps deps, const v1::DesiredLease& lease,
                                     std::function<void()> ended)
    : deps_(std::move(deps)),
      ended_(std::move(ended)),
      launcher_(
          {deps_.loop, deps_.directory, deps_.trainer, deps_.rank_address, deps_.hang_timeout},
          lease) {}

TrainerSupervisor::~TrainerSupervisor() { CancelTimer(); }

void TrainerSupervisor::NewDelivery() {
  delivery_ = std::make_unique<AttemptDelivery>(
      deps_.loop, deps_.client, deps_.worker, id(), deps_.directory.AttemptPath(id()),
      AttemptDelivery::Callbacks{
          .bad_events = [this](const absl::Status& status) { OnBadEvents(status); },
          .stale = [this] { Abandon(); },
          .reported = [this](bool succeeded) { OnReported(succeeded); }});
}

void TrainerSupervisor::Start() {
  absl::Status prepared = deps_.directory.PrepareAttempt(id());
  NewDelivery();  // after that: it reads what the folder says is acknowledged
  Launch(std::move(prepared));
}

void TrainerSupervisor::Launch(absl::Status prepared) {
  absl::Status status = std::move(prepared);
  if (status.ok()) {
    oom_kills_before_ = OomKills();
    auto started = launcher_.Start([this](RankEnd end) { OnExit(end); });
    status = started.status();
    if (started.ok()) ranks_ = *std::move(started);
  }
  if (!status.ok()) {
    Report(NotStarted(status), {.exit_code = 1});
  } else if (launcher_.leads()) {
    delivery_->Start();
  }
}

void TrainerSupervisor::Stop() {
  if (ranks_ == nullptr || asked_ != StopRequest::kNone) return;
  asked_ = StopRequest::kStop;
  ranks_->Signal(SIGTERM);
  After(deps_.stop_grace, [this] {
    if (ranks_ != nullptr) ranks_->Signal(SIGKILL);
  });
}

void TrainerSupervisor::LeaseLost() {
  if (ranks_ == nullptr) return;
  asked_ = StopRequest::kLeaseLost;
  ranks_->Signal(SIGKILL);
}

void TrainerSupervisor::Abandon() {
  abandoned_ = true;
  if (ranks_ != nullptr) {
    ranks_->Signal(SIGKILL);
  } else if (state_ == State::kDelivering && delivery_->success_reported()) {
    // Most likely unwanted because its success has been taken, and the answer that says so is on
    // its way: `reported` then removes the checkpoints.
    if (!timer_.has_value()) After(kAnswerGrace, [this] { End(); });
  } else {
    End();
  }
}

void TrainerSupervisor::OnBadEvents(const absl::Status& status) {
  base::LogError("bad events", {{"trial", id().trial},
                                {"attempt", std::to_string(id().attempt_number)},
                                {"reason", std::string(status.message())}});
  asked_ = StopRequest::kBadEvents;
  if (ranks_ != nullptr) {
    ranks_->Signal(SIGKILL);
  } else if (state_ != State::kRunning) {
    Report(ClassifyExit({.asked = asked_}), {});
  }
}

void TrainerSupervisor::OnReported(bool succeeded) {
  if (succeeded) deps_.directory.RemoveCheckpoints(id().trial);
  End();
}

void TrainerSupervisor::OnExit(RankEnd end) {
  CancelTimer();
  ranks_.reset();
  launcher_.Forget();
  base::LogInfo("trainer ended", {{"trial", id().trial},
                                  {"attempt", std::to_string(id().attempt_number)},
                                  {"rank", std::to_string(end.rank)},
                                  {"status", std::to_string(end.status.ShellCode())}});
  if (abandoned_) {
    End();
    return;
  }
  if (launcher_.leads()) delivery_->ReadToEnd();
  std::optional<TrainerError> error = Classify(end);
  if (error.has_value() && IsBadCheckpoint(*error) && !launcher_.resume_from().empty()) {
    if (RestartBeforeDamage(*error)) return;
    // Not the user's fault: the next attempt resumes from another checkpoint.
    error->failure_class = FailureClass::kInternal;
  }
  const bool failed = error.has_value() && error->failure_class != FailureClass::kStopped;
  if (launcher_.leads() || failed) {
    state_ = State::kDelivering;
    delivery_->Deliver(error, end.status);
  } else {
    AwaitRankZero(error, end.status);
  }
}

std::optional<TrainerError> TrainerSupervisor::Classify(const RankEnd& end) const {
  return ClassifyExit({.status = end.status,
                       .error = ReadTrainerError(deps_.directory.RankPath(id(), end.rank)),
                       .finished = delivery_->finished() || !launcher_.leads(),
                       .asked = asked_,
                       .oom_killed = OomKills() > oom_kills_before_});
}

// Waits to be abandoned: the coordinator wants none of us any more once it has the outcome. A stop
// that only the ranks here were asked for is told when rank 0 has had its time to checkpoint.
void TrainerSupervisor::AwaitRankZero(const std::optional<TrainerError>& error, ExitStatus status) {
  state_ = State::kWaiting;
  if (!error.has_value()) return;
  After(deps_.stop_grace, [this, error, status] { Report(error, status); });
}

bool TrainerSupervisor::RestartBeforeDamage(const TrainerError& error) {
  base::LogWarning("checkpoint put aside",
                   {{"file", launcher_.resume_from()}, {"reason", error.message}});
  if (!launcher_.PutCheckpointAside()) return false;
  // Once the coordinator may have events of this attempt it cannot begin again.
  if (asked_ != StopRequest::kNone || delivery_->events_read() > 0) return false;
  if (!launcher_.ClearForRestart()) return false;
  NewDelivery();
  Launch(absl::OkStatus());
  return true;
}

void TrainerSupervisor::Report(const std::optional<TrainerError>& error, ExitStatus status) {
  state_ = State::kDelivering;
  delivery_->Report(error, status);
}

void TrainerSupervisor::After(std::chrono::nanoseconds delay, std::function<void()> work) {
  timer_ = deps_.loop.After(delay, [this, work = std::move(work)] {
    timer_.reset();
    work();
  });
}

void TrainerSupervisor::CancelTimer() {
  if (timer_.has_value()) deps_.loop.Cancel(*timer_);
  timer_.reset();
}

void TrainerSupervisor::End() {
  if (state_ == State::kEnded) return;
  state_ = State::kEnded;
  ended_();
}

}  // namespace sparsweep::worker
