// The ranks of an attempt on CPUs: TCP by Gloo.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "pruning_core/distributed/process_group.h"

namespace sparsweep::core {

struct GlooSettings {
  int64_t rank = 0;
  int64_t size = 1;
  std::string rendezvous;                    // "HOST:PORT" of rank 0's host
  std::chrono::seconds connect_timeout{60};  // for all ranks to have met
  std::chrono::seconds hang_timeout{300};    // for one collective
};

// Rank 0 listens at the rendezvous, the others come there. A rank listens on its address on the way
// to the rendezvous and on no other; what is said is neither encrypted nor authenticated. Throws
// UserError for a malformed rendezvous, RankLost when the ranks have not met in time.
[[nodiscard]] std::unique_ptr<ProcessGroup> ConnectGloo(const GlooSettings& settings);

}  // namespace sparsweep::core
