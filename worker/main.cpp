// sparsweep-worker: runs trials of a coordinator on the slots of this host.
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/logging.h"
#include "worker/grpc_client.h"
#include "worker/options.h"
#include "worker/worker_daemon.h"

namespace sparsweep::worker {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kUnavailable = 5;
constexpr std::chrono::seconds kStopGrace(20);

int Fail(const absl::Status& status, int code) {
  std::cerr << "sparsweep-worker: " << status.message() << "\n";
  return code;
}

// Drains at the first signal or at the end of standard input, ends at once at the second signal.
void ObeySignals(base::EventLoop& loop, WorkerDaemon& daemon, bool stdin_eof,
                 absl::Status* ended_by) {
  loop.OnSignals({SIGTERM, SIGINT}, [&loop, &daemon, ended_by, signals = 0](int) mutable {
    if (++signals > 1) {
      *ended_by = absl::CancelledError("a second signal: trainers killed, not stopped");
      loop.Stop();
      return;
    }
    daemon.Drain();
  });
  if (!stdin_eof) return;
  loop.Watch(STDIN_FILENO, [&loop, &daemon] {
    char ignored[256];
    if (read(STDIN_FILENO, ignored, sizeof ignored) > 0) return;
    loop.Unwatch(STDIN_FILENO);
    daemon.Drain();
  });
}

int Run(const Options& options) {
  base::InitLogging("sparsweep-worker", options.log_level, options.log_format);
  absl::StatusOr<std::unique_ptr<TrialDirectory>> directory =
      TrialDirectory::Open(options.directory);
  if (!directory.ok()) {
    const bool busy =
        absl::IsAlreadyExists(directory.status()) || absl::IsUnavailable(directory.status());
    return Fail(directory.status(), busy ? kUnavailable : kFailed);
  }
  const std::vector<Gpu> gpus = options.use_gpus ? FindGpus() : std::vector<Gpu>{};
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  const WorkerIdentity identity{options.name, base::NewUuid()};

  // This thread starts the trainers and runs the loop until the process ends: the kernel ties the
  // trainers' lives to it.
  base::EventLoop loop;
  const std::unique_ptr<CoordinatorClient> client = MakeGrpcClient(options.coordinator, loop);
  absl::Status ended_by;
  WorkerDaemon daemon({.loop = loop,
                       .clock = base::SystemClock(),
                       .client = *client,
                       .directory = **directory,
                       .worker = identity,
                       .slots = ListSlots(gpus, options.cpu_slots, static_cast<uint32_t>(cores)),
                       .trainer = options.trainer,
                       .stop_grace = kStopGrace,
                       .rank_address = options.rank_address,
                       .hang_timeout = options.hang_timeout},
                      [&loop, &ended_by](const absl::Status& status) {
                        ended_by = status;
                        loop.Stop();
                      });
  ObeySignals(loop, daemon, options.exit_on_stdin_eof, &ended_by);
  base::LogInfo("worker started", {{"worker", identity.name},
                                   {"instance", identity.instance},
                                   {"coordinator", options.coordinator},
                                   {"directory", options.directory}});
  daemon.Start();
  loop.Run();
  base::LogInfo("worker ended", {{"worker", identity.name}});
  if (ended_by.ok()) return 0;
  return Fail(ended_by, absl::IsInvalidArgument(ended_by) ? kUsage : kFailed);
}

}  // namespace
}  // namespace sparsweep::worker

int main(int argc, char** argv) {
  using sparsweep::worker::Options;
  const absl::StatusOr<std::optional<Options>> options =
      sparsweep::worker::ParseOptions(argc, argv, std::cout);
  if (!options.ok()) {
    return sparsweep::worker::Fail(options.status(), sparsweep::worker::kUsage);
  }
  return options->has_value() ? sparsweep::worker::Run(**options) : 0;
}
