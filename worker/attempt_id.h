// Which attempt of which trial: the key of everything the worker holds.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace sparsweep::worker {

struct AttemptId {
  std::string trial;            // "t-000004"
  uint32_t attempt_number = 0;  // the fence

  friend auto operator<=>(const AttemptId&, const AttemptId&) = default;
};

}  // namespace sparsweep::worker
