#include "worker/trainer_supervisor.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/logging.h"
#include "contract/mask_file.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/attempt_outcome.h"
#include "worker/oom_counter.h"
#include "worker/rank_address.h"
#include "worker/report_errors.h"
#include "worker/slot_inventory.h"
#include "worker/spec_file.h"

namespace sparsweep::worker {
namespace {

using contract::FailureClass;
using contract::TrainerError;

constexpr uint64_t kMaskFileLimit = uint64_t{1} << 30;
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

TrainerError MaskLost(const absl::Status& status) {
  return MakeFailure(
      FailureClass::kInternal, "MASK_LOST",
      "the trial finished but its masks cannot be stored: " + std::string(status.message()));
}

}  // namespace

TrainerSupervisor::TrainerSupervisor(Deps deps, const v1::DesiredLease& lease,
                                     std::function<void()> ended)
    : deps_(std::move(deps)),
      lease_(std::make_unique<v1::DesiredLease>(lease)),
      id_{lease.spec().trial(), lease.spec().attempt_number()},
      slots_(lease.slots().begin(), lease.slots().end()),
      first_rank_(lease.spec().world().rank()),
      ended_(std::move(ended)),
      directory_(deps_.directory.AttemptPath(id_)) {}

void TrainerSupervisor::NewReporter() {
  reporter_ = std::make_unique<EventReporter>(
      deps_.loop, deps_.client, deps_.worker, id_, directory_,
      EventReporter::Callbacks{
          .read = [this](const contract::TrainerEvent& event) { OnEvent(event); },
          .bad_events = [this](const absl::Status& status) { OnBadEvents(status); },
          .stale =
              [this] {
                succeeded_ = false;
                Abandon();
              },
          .reported =
              [this] {
                if (succeeded_) deps_.directory.RemoveCheckpoints(id_.trial);
                End();
              }});
}

TrainerSupervisor::~TrainerSupervisor() {
  if (grace_timer_.has_value()) deps_.loop.Cancel(*grace_timer_);
}

void TrainerSupervisor::Start() {
  absl::Status prepared = deps_.directory.PrepareAttempt(id_);
  NewReporter();  // after that: it reads what the folder says is acknowledged
  Launch(std::move(prepared));
}

void TrainerSupervisor::Launch(absl::Status prepared) {
  absl::Status status = std::move(prepared);
  if (status.ok()) status = StartRanks();
  if (!status.ok()) {
    Report(NotStarted(status), {.exit_code = 1});
    return;
  }
  RememberRanks();
  if (leads()) reporter_->Start();
}

absl::Status TrainerSupervisor::StartRanks() {
  v1::TrialSpec& spec = *lease_->mutable_spec();
  spec.set_directory(directory_);
  spec.set_cache_directory(deps_.directory.CachePath());
  if (spec.threads() == 0) spec.set_threads(1);
  if (leads()) {
    spec.set_resume_from(deps_.directory.NewestCheckpoint(
        id_.trial, {lease_->earlier_attempts().begin(), lease_->earlier_attempts().end()}));
  }
  if (spec.world().size() > 1 && leads()) {
    auto rendezvous = FreeRendezvous(deps_.rank_address);
    if (!rendezvous.ok()) return rendezvous.status();
    rendezvous_ = *std::move(rendezvous);
    spec.mutable_world()->set_rendezvous(rendezvous_);
  }
  std::vector<RankOptions> ranks;
  for (size_t index = 0; index < std::max<size_t>(slots_.size(), 1); ++index) {
    auto rank = PrepareRank(index);
    if (!rank.ok()) return rank.status();
    ranks.push_back(*std::move(rank));
  }
  oom_kills_before_ = OomKills();
  auto started = RankGroup::Start(deps_.loop, ranks, [this](RankEnd end) { OnExit(end); });
  if (!started.ok()) return started.status();
  ranks_ = *std::move(started);
  return absl::OkStatus();
}

absl::StatusOr<RankOptions> TrainerSupervisor::PrepareRank(size_t index) {
  const uint32_t rank = first_rank_ + static_cast<uint32_t>(index);
  v1::TrialSpec spec = lease_->spec();
  spec.mutable_world()->set_rank(rank);
  if (!slots_.empty()) spec.set_device(DeviceOfSlot(slots_[index]));
  const std::string folder = deps_.directory.RankPath(id_, rank);
  absl::Status status = deps_.directory.PrepareRank(id_, rank);
  if (status.ok()) status = WriteSpecFile(spec, folder);
  if (!status.ok()) return status;
  return RankOptions{
      .rank = rank,
      .process = {.program = deps_.trainer,
                  .arguments = {"train", folder + "/spec.json", "--exit-on-stdin-eof"},
                  .directory = folder}};
}

void TrainerSupervisor::RememberRanks() {
  for (const auto& [rank, pid] : ranks_->Pids()) {
    if (const auto identity = IdentifyProcess(pid); identity.has_value()) {
      // Without the note a later worker cannot end this trainer; the kernel still does.
      (void)deps_.directory.RememberProcess(id_, *identity, rank);
    }
    base::LogInfo("trainer started", {{"trial", id_.trial},
                                      {"attempt", std::to_string(id_.attempt_number)},
                                      {"rank", std::to_string(rank)},
                                      {"pid", std::to_string(pid)},
                                      {"resume_from", lease_->spec().resume_from()}});
  }
}

void TrainerSupervisor::Stop() {
  if (ranks_ == nullptr || asked_ != StopRequest::kNone) return;
  asked_ = StopRequest::kStop;
  ranks_->Signal(SIGTERM);
  grace_timer_ = deps_.loop.After(deps_.stop_grace, [this] {
    grace_timer_.reset();
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
  } else if (state_ == State::kReporting && succeeded_) {
    // Most likely unwanted because its success has been taken, and the answer that says so is on
    // its way: `reported` then removes the checkpoints.
    if (grace_timer_.has_value()) return;
    grace_timer_ = deps_.loop.After(kAnswerGrace, [this] {
      grace_timer_.reset();
      End();
    });
  } else {
    End();
  }
}

void TrainerSupervisor::OnEvent(const contract::TrainerEvent& event) {
  ++events_read_;
  if (const auto* mask = std::get_if<contract::MaskWritten>(&event.body)) mask_ = *mask;
  if (std::holds_alternative<contract::Finished>(event.body)) finished_ = true;
}

void TrainerSupervisor::OnBadEvents(const absl::Status& status) {
  base::LogError("bad events", {{"trial", id_.trial},
                                {"attempt", std::to_string(id_.attempt_number)},
                                {"reason", std::string(status.message())}});
  asked_ = StopRequest::kBadEvents;
  if (ranks_ != nullptr) {
    ranks_->Signal(SIGKILL);
  } else if (state_ != State::kRunning) {
    Report(ClassifyExit({.asked = asked_}), {});
  }
}

void TrainerSupervisor::OnExit(RankEnd end) {
  if (grace_timer_.has_value()) deps_.loop.Cancel(*grace_timer_);
  grace_timer_.reset();
  ranks_.reset();
  for (size_t index = 0; index < std::max<size_t>(slots_.size(), 1); ++index) {
    deps_.directory.ForgetProcess(id_, first_rank_ + static_cast<uint32_t>(index));
  }
  base::LogInfo("trainer ended", {{"trial", id_.trial},
                                  {"attempt", std::to_string(id_.attempt_number)},
                                  {"rank", std::to_string(end.rank)},
                                  {"status", std::to_string(end.status.ShellCode())}});
  if (abandoned_) {
    End();
    return;
  }
  if (leads()) reporter_->ReadToEnd();
  std::optional<TrainerError> error =
      ClassifyExit({.status = end.status,
                    .error = ReadTrainerError(deps_.directory.RankPath(id_, end.rank)),
                    .finished = finished_ || !leads(),
                    .asked = asked_,
                    .oom_killed = OomKills() > oom_kills_before_});
  if (error.has_value() && IsBadCheckpoint(*error) && !lease_->spec().resume_from().empty()) {
    if (RestartBeforeDamage(*error)) return;
    // Not the user's fault: the next attempt resumes from another checkpoint.
    error->failure_class = FailureClass::kInternal;
  }
  const bool failed = error.has_value() && error->failure_class != FailureClass::kStopped;
  if (leads() || failed) {
    Collect(error, end.status);
  } else {
    AwaitRankZero(error, end.status);
  }
}

// Waits to be abandoned: the coordinator wants none of us any more once it has the outcome. A stop
// that only the ranks here were asked for is told when rank 0 has had its time to checkpoint.
void TrainerSupervisor::AwaitRankZero(const std::optional<TrainerError>& error, ExitStatus status) {
  state_ = State::kWaiting;
  if (!error.has_value()) return;
  grace_timer_ = deps_.loop.After(deps_.stop_grace, [this, error, status] {
    grace_timer_.reset();
    Report(error, status);
  });
}

bool TrainerSupervisor::RestartBeforeDamage(const TrainerError& error) {
  const std::string& checkpoint = lease_->spec().resume_from();
  base::LogWarning("checkpoint put aside", {{"file", checkpoint}, {"reason", error.message}});
  if (std::rename(checkpoint.c_str(), (checkpoint + ".damaged").c_str()) != 0) return false;
  // Once the coordinator may have events of this attempt it cannot begin again.
  if (asked_ != StopRequest::kNone || events_read_ > 0) return false;
  // Ranks on other workers would go on waiting where the first ones met.
  if (lease_->spec().world().size() > slots_.size()) return false;
  std::error_code error_code;
  std::filesystem::remove(directory_ + "/events.jsonl", error_code);
  for (uint32_t rank = 0; !error_code && rank < slots_.size(); ++rank) {
    std::filesystem::remove(deps_.directory.RankPath(id_, rank) + "/error.json", error_code);
  }
  if (error_code) return false;
  NewReporter();
  Launch(absl::OkStatus());
  return true;
}

void TrainerSupervisor::Collect(const std::optional<TrainerError>& error, ExitStatus status) {
  if (error.has_value() || !mask_.has_value()) {
    Report(error, status);
    return;
  }
  state_ = State::kUploading;
  absl::StatusOr<std::string> file = base::ReadFile(directory_ + "/" + mask_->file, kMaskFileLimit);
  if (file.ok() && contract::ContentHash(*file) != mask_->hash) {
    file = absl::DataLossError(mask_->file + " is not the file its `mask` event tells of");
  }
  if (!file.ok()) {
    Report(MaskLost(file.status()), status);
    return;
  }
  mask_uploader_ = std::make_unique<MaskUploader>(
      deps_.loop, deps_.client, id_, *std::move(file), [this, status](const absl::Status& stored) {
        if (stored.ok()) {
          Report(std::nullopt, status);
        } else if (ClassifyRefusal(stored) == Refusal::kStale) {
          Abandon();
        } else {
          Report(MaskLost(stored), status);
        }
      });
  mask_uploader_->Start();
}

void TrainerSupervisor::Report(const std::optional<TrainerError>& error, ExitStatus status) {
  state_ = State::kReporting;
  succeeded_ = !error.has_value();
  mask_uploader_.reset();
  reporter_->Finish(MakeOutcome(error, status));
}

void TrainerSupervisor::End() {
  if (state_ == State::kEnded) return;
  state_ = State::kEnded;
  ended_();
}

}  // namespace sparsweep::worker
