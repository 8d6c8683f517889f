#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/train/fine_pruner.h"
#include "pruning_core/train/run_inputs.h"
#include "trainer/commands.h"
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

}  // namespace

int Train(const std::string& spec_path) {
  CatchStopSignals();
  std::string directory;
  std::unique_ptr<core::FinePruner> pruner;
  try {
    const contract::TrialSpec spec = ReadSpecFile(spec_path);
    if (spec.directory.empty()) {
      throw core::UserError("BAD_SPEC", "directory", "",
                            "directory: empty; give the folder to write to");
    }
    MakeDirectory(spec.directory);
    directory = spec.directory;
    core::RequireRunnable(spec);
    SetThreads(spec.threads);
    EventWriter events(directory);
    pruner = std::make_unique<core::FinePruner>(
        spec, core::FinePruner::Deps{
                  .emit = [&](int64_t step,
                              contract::EventBody body) { events.Write(step, std::move(body)); },
                  .stop_requested = StopRequested,
                  .clock = base::SystemClock()});
    if (pruner->Run() == core::FinePruner::Outcome::kFinished) return 0;
    return ReportFailure(directory, Stopped(pruner->steps_done()));
  } catch (...) {
    return ReportFailure(directory, CurrentFailure(pruner ? pruner->steps_done() : -1));
  }
}

}  // namespace sparsweep::trainer
