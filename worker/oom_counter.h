// How often the kernel's out-of-memory killer has struck here.
#pragma once

#include <cstdint>

namespace sparsweep::worker {

// Of this process's control group where it has one (version 2), else of the machine. Compared
// before and after a trainer's life; 0 where the kernel does not count.
[[nodiscard]] uint64_t OomKills();

}  // namespace sparsweep::worker
