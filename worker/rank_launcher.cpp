#include "worker/rank_launcher.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/logging.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/rank_address.h"
#include "worker/slot_inventory.h"
#include "worker/spec_file.h"

namespace sparsweep::worker {

RankLauncher::RankLauncher(Deps deps, const v1::DesiredLease& lease)
    : deps_(std::move(deps)),
      lease_(std::make_unique<v1::DesiredLease>(lease)),
      id_{lease.spec().trial(), lease.spec().attempt_number()},
      slots_(lease.slots().begin(), lease.slots().end()),
      first_rank_(lease.spec().world().rank()) {}

RankLauncher::~RankLauncher() = default;

const std::string& RankLauncher::resume_from() const { return lease_->spec().resume_from(); }

size_t RankLauncher::ranks_here() const { return std::max<size_t>(slots_.size(), 1); }

absl::StatusOr<std::unique_ptr<RankGroup>> RankLauncher::Start(std::function<void(RankEnd)> ended) {
  if (absl::Status status = CompleteSpec(); !status.ok()) return status;
  std::vector<RankOptions> ranks;
  for (size_t index = 0; index < ranks_here(); ++index) {
    auto rank = PrepareRank(index);
    if (!rank.ok()) return rank.status();
    ranks.push_back(*std::move(rank));
  }
  auto started = RankGroup::Start(deps_.loop, ranks, std::move(ended));
  if (started.ok()) Remember(**started);
  return started;
}

absl::Status RankLauncher::CompleteSpec() {
  v1::TrialSpec& spec = *lease_->mutable_spec();
  spec.set_directory(deps_.directory.AttemptPath(id_));
  spec.set_cache_directory(deps_.directory.CachePath());
  if (spec.threads() == 0) spec.set_threads(1);
  if (!leads()) return absl::OkStatus();
  spec.set_resume_from(deps_.directory.NewestCheckpoint(
      id_.trial, {lease_->earlier_attempts().begin(), lease_->earlier_attempts().end()}));
  if (spec.world().size() > 1) {
    auto rendezvous = FreeRendezvous(deps_.rank_address);
    if (!rendezvous.ok()) return rendezvous.status();
    rendezvous_ = *std::move(rendezvous);
    spec.mutable_world()->set_rendezvous(rendezvous_);
  }
  return absl::OkStatus();
}

absl::StatusOr<RankOptions> RankLauncher::PrepareRank(size_t index) {
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
                  .arguments = {"train", folder + "/spec.json", "--exit-on-stdin-eof",
                                "--hang-timeout", std::to_string(deps_.hang_timeout.count())},
                  .directory = folder}};
}

void RankLauncher::Remember(const RankGroup& ranks) {
  for (const auto& [rank, pid] : ranks.Pids()) {
    if (const auto identity = IdentifyProcess(pid); identity.has_value()) {
      // Without the note a later worker cannot end this trainer; the kernel still does.
      (void)deps_.directory.RememberProcess(id_, *identity, rank);
    }
    base::LogInfo("trainer started", {{"trial", id_.trial},
                                      {"attempt", std::to_string(id_.attempt_number)},
                                      {"rank", std::to_string(rank)},
                                      {"pid", std::to_string(pid)},
                                      {"resume_from", resume_from()}});
  }
}

void RankLauncher::Forget() {
  for (size_t index = 0; index < ranks_here(); ++index) {
    deps_.directory.ForgetProcess(id_, first_rank_ + static_cast<uint32_t>(index));
  }
}

bool RankLauncher::PutCheckpointAside() {
  return std::rename(resume_from().c_str(), (resume_from() + ".damaged").c_str()) == 0;
}

bool RankLauncher::ClearForRestart() {
  if (lease_->spec().world().size() > slots_.size()) return false;
  std::error_code error;
  std::filesystem::remove(deps_.directory.AttemptPath(id_) + "/events.jsonl", error);
  for (uint32_t rank = 0; !error && rank < slots_.size(); ++rank) {
    std::filesystem::remove(deps_.directory.RankPath(id_, rank) + "/error.json", error);
  }
  return !error;
}

}  // namespace sparsweep::worker
