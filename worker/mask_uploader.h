// Brings a trial's mask file to the coordinator, going on from what has already arrived.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "base/executor.h"
#include "worker/attempt_id.h"
#include "worker/backoff.h"
#include "worker/coordinator_client.h"
#include "worker/lifetime.h"

namespace sparsweep::worker {

// Loop thread. Owned by the attempt's supervisor; `loop` and `client` outlive it.
class MaskUploader {
 public:
  // `done`, at most once and never from within Start: OK once the file is stored and verified;
  // FAILED_PRECONDITION or NOT_FOUND when the attempt is stale; INVALID_ARGUMENT or DATA_LOSS when
  // the coordinator refuses the file. Anything else is tried again for as long as this object
  // lives.
  MaskUploader(base::Executor& loop, CoordinatorClient& client, AttemptId id, std::string file,
               std::function<void(const absl::Status&)> done);

  void Start();

 private:
  void Ask();
  void Send(uint64_t offset);
  void OnFailure(const absl::Status& status);

  base::Executor& loop_;
  CoordinatorClient& client_;
  AttemptId id_;
  std::shared_ptr<const std::string> file_;  // shared with the streams in flight
  std::string hash_;
  std::function<void(const absl::Status&)> done_;
  Backoff backoff_;
  Lifetime lifetime_;
};

}  // namespace sparsweep::worker
