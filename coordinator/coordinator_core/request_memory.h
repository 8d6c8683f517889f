// request_id → the first answer: the same request twice is done once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "coordinator/coordinator_core/requests.h"
#include "coordinator/state/transitions.h"
#include "store/store.h"

namespace sparsweep::coordinator {

// Owned by CoordinatorCore; its loop's thread.
class RequestMemory {
 public:
  RequestMemory(store::Store& store, ClusterState& state, Transitions& transitions)
      : store_(store), state_(state), transitions_(transitions) {}

  // The first answer, if this request was answered before; it may be shown once all that was
  // written before is on disk. INVALID_ARGUMENT/REQUEST_ID_REUSED when it was about another sweep.
  // An empty id is never remembered. Blocks for an indexed read.
  [[nodiscard]] absl::StatusOr<std::optional<SweepAnswer>> Find(const std::string& request_id,
                                                                const std::string& method,
                                                                const std::string& sweep_name);
  // Goes to disk with what the request changed.
  void Remember(const std::string& request_id, const std::string& method,
                const SweepAnswer& answer);
  // Everything remembered so far is on disk, or was given up.
  void ForgetInFlight() { in_flight_.clear(); }

 private:
  store::Store& store_;
  ClusterState& state_;
  Transitions& transitions_;
  std::map<std::pair<std::string, std::string>, SweepAnswer> in_flight_;  // by (method, id)
};

}  // namespace sparsweep::coordinator
