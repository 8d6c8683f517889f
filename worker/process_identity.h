// A process as more than its number, so that another one that got the number later is left alone.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace sparsweep::worker {

struct ProcessIdentity {
  pid_t pid = 0;
  uint64_t start_time = 0;  // clock ticks since boot, field 22 of /proc/PID/stat

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

// nullopt when there is no such process.
[[nodiscard]] std::optional<ProcessIdentity> IdentifyProcess(pid_t pid);

// Kills the process group of exactly this process, if it still runs, and waits until it is gone (it
// is no child of ours) for at most `seconds`. False when it is still there then.
[[nodiscard]] bool EndProcess(const ProcessIdentity& process, int seconds);

}  // namespace sparsweep::worker
