#include "cli/stop_signals.h"

#include <pthread.h>

namespace sparsweep::cli {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

StopSignals::~StopSignals() {
  // What was asked for has been done: it must not end the process once more.
  const timespec now{};
  while (sigtimedwait(&signals_, nullptr, &now) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignals::WaitFor(std::chrono::milliseconds timeout) {
  if (stopped_) return true;
  const timespec wait{timeout.count() / 1000, timeout.count() % 1000 * 1'000'000};
  stopped_ = sigtimedwait(&signals_, nullptr, &wait) > 0;
  return stopped_;
}

bool StopSignals::AskedAgain() {
  const timespec now{};
  return stopped_ && sigtimedwait(&signals_, nullptr, &now) > 0;
}

}  // namespace sparsweep::cli
