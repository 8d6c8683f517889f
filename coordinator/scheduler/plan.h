// What the scheduler wants done. Plain values: LeaseManager checks each line again and applies it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/state/lease_table.h"
#include "coordinator/state/placement.h"

namespace sparsweep::coordinator {

struct Grant {
  int64_t trial_id = 0;
  Placement placement;  // of all ranks
  bool operator==(const Grant&) const = default;
};

struct CheckAssignment {
  int64_t sweep_id = 0;
  std::string worker;
  bool operator==(const CheckAssignment&) const = default;
};

struct Plan {
  std::vector<AttemptKey> requeue;     // expired: the attempt is lost, its trial waits again
  std::vector<AttemptKey> fail;        // expired, and lost too often
  std::vector<AttemptKey> release;     // revoked and expired: only the slots are left to free
  std::vector<AttemptKey> revoke;      // attempt canceled, or slot gone: the worker lets go
  std::vector<CheckAssignment> check;  // this worker checks this sweep's model and data
  std::vector<Grant> grant;
  bool operator==(const Plan&) const = default;
  [[nodiscard]] bool empty() const { return *this == Plan{}; }
};

}  // namespace sparsweep::coordinator
