// What a rank needs to find the others.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sparsweep::core {

struct RankSettings {
  int64_t rank = 0;
  int64_t size = 1;
  std::string rendezvous;                    // "HOST:PORT" of rank 0's host
  std::chrono::seconds connect_timeout{60};  // for all ranks to have met
  std::chrono::seconds hang_timeout{300};    // for one collective
};

}  // namespace sparsweep::core
