// Starts an attempt's ranks that run here: their folders, where they meet, and their processes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/event_loop.h"
#include "worker/attempt_id.h"
#include "worker/rank_group.h"
#include "worker/trial_directory.h"

namespace sparsweep::v1 {
class DesiredLease;
}

namespace sparsweep::worker {

// Loop thread. Owned by the attempt's supervisor; what `Deps` refers to outlives it.
class RankLauncher {
 public:
  struct Deps {
    base::EventLoop& loop;
    TrialDirectory& directory;
    std::string trainer;       // path of sparsweep-trainer
    std::string rank_address;  // where ranks listen for each other
    std::chrono::seconds hang_timeout;
  };

  RankLauncher(Deps deps, const v1::DesiredLease& lease);
  ~RankLauncher();

  // A trainer for each rank, from the newest checkpoint of the earlier attempts; all or none.
  // `ended` as of RankGroup::Start. The attempt's folder exists.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<RankGroup>> Start(
      std::function<void(RankEnd)> ended);
  // They have ended: no later worker need end them.
  void Forget();
  // Puts the checkpoint aside that they were to resume from. False when it cannot be.
  [[nodiscard]] bool PutCheckpointAside();
  // Removes what they have written, so that the same attempt can begin again. False when it cannot,
  // or when ranks on other workers would go on waiting where the first ones met.
  [[nodiscard]] bool ClearForRestart();

  [[nodiscard]] const AttemptId& id() const { return id_; }
  [[nodiscard]] const std::vector<std::string>& slots() const { return slots_; }
  // Whether rank 0 is among them.
  [[nodiscard]] bool leads() const { return first_rank_ == 0; }
  // The checkpoint they resume from; empty: from the start.
  [[nodiscard]] const std::string& resume_from() const;
  // Where the ranks meet, once rank 0 of several was started here; else empty.
  [[nodiscard]] const std::string& rendezvous() const { return rendezvous_; }

 private:
  [[nodiscard]] absl::Status CompleteSpec();
  [[nodiscard]] size_t ranks_here() const;
  // Writes the rank's spec.json.
  [[nodiscard]] absl::StatusOr<RankOptions> PrepareRank(size_t index);
  void Remember(const RankGroup& ranks);

  Deps deps_;
  std::unique_ptr<v1::DesiredLease> lease_;
  AttemptId id_;
  std::vector<std::string> slots_;  // one a rank
  uint32_t first_rank_;             // of those here
  std::string rendezvous_;
};

}  // namespace sparsweep::worker
