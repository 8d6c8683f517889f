#include "trainer/stop_signal.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>

namespace sparsweep::trainer {
namespace {

// Not one of the exit codes that mean something: whoever could read it is gone.
constexpr int kOrphaned = 128 + SIGHUP;

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

}  // namespace

void CatchStopSignals() {
  struct sigaction action = {};
  action.sa_handler = [](int) { stop_requested.store(true); };
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

bool StopRequested() { return stop_requested.load(); }

void ExitOnStdinEof() {
  std::thread([] {
    char unread[256];
    for (;;) {
      const ssize_t got = read(STDIN_FILENO, unread, sizeof unread);
      if (got == 0 || (got < 0 && errno != EINTR)) _exit(kOrphaned);
    }
  }).detach();
}

}  // namespace sparsweep::trainer
