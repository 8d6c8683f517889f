// Ctrl-C, SIGTERM and SIGHUP as something a loop can wait for.
#pragma once

#include <signal.h>

#include <chrono>

namespace sparsweep::cli {

// Created before the first thread (gRPC's) of the process, so that the signals are blocked in all
// of them. Main thread. Destroying it restores the signals.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Waits for at most `timeout`; true as soon as the process has been asked to stop, and from then
  // on at once.
  [[nodiscard]] bool WaitFor(std::chrono::milliseconds timeout);
  // True when one more signal has come since.
  [[nodiscard]] bool AskedAgain();

 private:
  sigset_t signals_;
  sigset_t before_;
  bool stopped_ = false;
};

}  // namespace sparsweep::cli
