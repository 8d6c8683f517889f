#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "pruning_core/distributed/connect_ranks.h"
#include "pruning_core/kernels/process_memory.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/train/fine_pruner.h"
#include "pruning_core/train/run_inputs.h"
#include "trainer/commands.h"
#include "trainer/device.h"
#include "trainer/error_file.h"
#include "trainer/event_writer.h"
#include "trainer/failure.h"
#include "trainer/spec_file.h"
#include "trainer/stop_signal.h"

namespace sparsweep::trainer {
namespace {

contract::TrainerError Stopped(int64_t step) {
  return {.failure_class = contract::FailureClass::kStopped,
          .reason = "STOPPED",
          .field = "",
          .value = "",
          .message = "stopped as asked after step " + std::to_string(step) +
                     "; resume from its checkpoint",
          .step = step,
          .matrix = ""};
}

struct Request {
  std::string spec_path;
  std::chrono::seconds hang_timeout = core::RankSettings{}.hang_timeout;
};

Request Parsed(std::span<const std::string_view> arguments) {
  const auto refuse = [](std::string_view value, const std::string& what) {
    throw core::UserError(
        "USAGE", "train", std::string(value),
        "train: " + what + "; usage: sparsweep-trainer train SPEC.json [--hang-timeout SECONDS]");
  };
  Request request;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--hang-timeout") {
      const std::string_view text = i + 1 < arguments.size() ? arguments[++i] : "";
      int64_t seconds = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
      if (read.ec != std::errc() || read.ptr != text.data() + text.size() || seconds < 1) {
        refuse(text, "--hang-timeout needs a whole number of seconds");
      }
      request.hang_timeout = std::chrono::seconds(seconds);
    } else if (request.spec_path.empty() && !arguments[i].starts_with("--")) {
      request.spec_path = arguments[i];
    } else {
      refuse(arguments[i], "unknown argument '" + std::string(arguments[i]) + "'");
    }
  }
  if (request.spec_path.empty()) refuse("", "SPEC.json is missing");
  return request;
}

// Where this rank writes: the attempt's folder, or its own in there.
std::string RankDirectory(const contract::TrialSpec& spec) {
  if (spec.directory.empty()) {
    throw core::UserError("BAD_SPEC", "directory", "",
                          "directory: empty; give the folder to write to");
  }
  std::string directory = spec.directory;
  if (spec.world.rank > 0) directory += "/rank-" + std::to_string(spec.world.rank);
  MakeDirectory(directory);
  return directory;
}

// nullptr for a trial of one rank.
std::unique_ptr<core::ProcessGroup> MeetRanks(const contract::TrialSpec& spec,
                                              std::chrono::seconds hang_timeout) {
  const contract::WorldSpec& world = spec.world;
  if (world.size == 1) return nullptr;
  return core::ConnectRanks({.rank = world.rank,
                             .size = world.size,
                             .rendezvous = world.rendezvous,
                             .hang_timeout = hang_timeout},
                            at::Device(spec.device));
}

// Ends the process at once where other ranks may keep its threads waiting, for only then do they
// learn that it is gone, and where a device has failed, for destructors would call it again.
int End(int exit_code, bool at_once) {
  if (at_once) _exit(exit_code);
  return exit_code;
}

}  // namespace

int Train(std::span<const std::string_view> arguments) {
  CatchStopSignals();
  std::string directory;
  std::optional<contract::TrialSpec> read;
  std::unique_ptr<core::ProcessGroup> ranks;
  std::unique_ptr<core::FinePruner> pruner;
  try {
    const Request request = Parsed(arguments);
    const contract::TrialSpec& spec = read.emplace(ReadSpecFile(request.spec_path));
    directory = RankDirectory(spec);
    RequireDevice(spec.device, "device");
    core::RequireRunnable(spec);
    core::KeepFreedMemory();
    SetThreads(spec.threads);
    std::optional<EventWriter> events;
    if (spec.world.rank == 0) events.emplace(directory);
    ranks = MeetRanks(spec, request.hang_timeout);
    const auto emit = [&](int64_t step, contract::EventBody body) {
      if (events) events->Write(step, std::move(body));
    };
    pruner = std::make_unique<core::FinePruner>(
        spec, core::FinePruner::Deps{.emit = emit,
                                     .stop_requested = StopRequested,
                                     .clock = base::SystemClock(),
                                     .ranks = ranks.get()});
    if (pruner->Run() == core::FinePruner::Outcome::kFinished) return 0;
    return ReportFailure(directory, Stopped(pruner->steps_done()));
  } catch (...) {
    const int64_t step = pruner ? pruner->steps_done() : -1;
    contract::TrainerError failure = CurrentFailure(step);
    if (read) failure = WithBatch(std::move(failure), read->training);
    const bool device_lost = failure.failure_class == contract::FailureClass::kDevice;
    return End(ReportFailure(directory, failure), ranks != nullptr || device_lost);
  }
}

}  // namespace sparsweep::trainer
