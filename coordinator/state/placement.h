// Which ranks of an attempt run where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/records.h"

namespace sparsweep::coordinator {

// What one worker runs: a rank on each slot, numbered on from the member before.
struct Member {
  std::string worker;
  std::vector<std::string> slots;
  bool operator==(const Member&) const = default;
};
// The member with rank 0 first; each worker once.
using Placement = std::vector<Member>;

[[nodiscard]] uint32_t Ranks(const Placement& placement);

// As a row: `worker` is that of rank 0, `slots` one a rank, those of other workers as WORKER/SLOT.
void SetPlacement(const Placement& placement, store::Attempt& attempt);
[[nodiscard]] Placement PlacementOf(const store::Attempt& attempt);

}  // namespace sparsweep::coordinator
