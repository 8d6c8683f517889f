// Where attempts live on this worker's disk:
//
//   DIR/worker.lock                       one worker at a time
//   DIR/running/t-000004.1                pid and start time of a trainer that runs: rank 0
//   DIR/running/t-000004.1.rank-1         rank 1 of the same attempt
//   DIR/cache/                            what trials share: a teacher's logits, by content
//   DIR/checks/<hash of the sweep>/       folder of a check
//   DIR/trials/t-000004/attempt-1/        spec.json, events.jsonl, checkpoints, logs, acknowledged
//   DIR/trials/t-000004/attempt-1/rank-1/ spec.json, logs and error.json of a rank above 0
//   DIR/trials/t-000004/attempt-1.old/    of a trial of another database with the same name
//
// Loop thread; calls block for a few small files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/attempt_id.h"
#include "worker/process_identity.h"

namespace sparsweep::worker {

class TrialDirectory {
 public:
  // Makes the folder (0700) and takes its lock: ALREADY_EXISTS when another worker has it, or the
  // error of the file system, naming the folder. Then ends trainers that an earlier worker left
  // behind.
  static absl::StatusOr<std::unique_ptr<TrialDirectory>> Open(const std::string& directory);
  ~TrialDirectory();
  TrialDirectory(const TrialDirectory&) = delete;
  TrialDirectory& operator=(const TrialDirectory&) = delete;

  // An attempt's folder. `id.trial` must be a trial's name (contract::ParseTrialName).
  [[nodiscard]] std::string AttemptPath(const AttemptId& id) const;
  // Makes it, empty. An attempt is granted once, so what is there already is another database's
  // (the coordinator's was removed, or this is another coordinator): it is put aside.
  [[nodiscard]] absl::Status PrepareAttempt(const AttemptId& id);
  // Where a rank's own files are: the attempt's folder for rank 0, one in it for the others.
  [[nodiscard]] std::string RankPath(const AttemptId& id, uint32_t rank) const;
  // Makes it, in an attempt's folder that exists.
  [[nodiscard]] absl::Status PrepareRank(const AttemptId& id, uint32_t rank);
  // Shared by all trainers of this worker; exists.
  [[nodiscard]] std::string CachePath() const { return root_ + "/cache"; }
  // Makes an empty folder for the check of a sweep; RemoveCheck deletes it.
  [[nodiscard]] absl::StatusOr<std::string> PrepareCheck(const std::string& sweep);
  void RemoveCheck(const std::string& sweep);

  // The newest whole checkpoint of a trial among these attempts (this one or earlier ones): highest
  // step, then highest attempt. Empty when there is none.
  [[nodiscard]] std::string NewestCheckpoint(const std::string& trial,
                                             const std::vector<uint32_t>& attempts) const;
  // Deletes the checkpoints of all attempts of a trial whose result is accepted: its exported model
  // stays, and nothing resumes it any more.
  void RemoveCheckpoints(const std::string& trial);

  // Remembers a running trainer until Forget, so that a later worker can end it.
  [[nodiscard]] absl::Status RememberProcess(const AttemptId& id, const ProcessIdentity& process,
                                             uint32_t rank = 0);
  void ForgetProcess(const AttemptId& id, uint32_t rank = 0);

 private:
  TrialDirectory(std::string root, int lock_fd) : root_(std::move(root)), lock_fd_(lock_fd) {}
  [[nodiscard]] std::string RunningPath(const AttemptId& id, uint32_t rank) const;
  [[nodiscard]] std::string CheckPath(const std::string& sweep) const;
  [[nodiscard]] absl::Status EndLeftOvers();

  std::string root_;
  int lock_fd_;
};

// The step of "checkpoint-000120.safetensors" or "checkpoint-120.safetensors"; -1 for anything
// else.
[[nodiscard]] int64_t CheckpointStep(const std::string& file_name);

}  // namespace sparsweep::worker
