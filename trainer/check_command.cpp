#include <cstdio>
#include <nlohmann/json.hpp>

#include "pruning_core/data/input_hash.h"
#include "pruning_core/train/evaluator.h"
#include "pruning_core/train/resume_point.h"
#include "pruning_core/train/run_inputs.h"
#include "trainer/commands.h"
#include "trainer/device.h"
#include "trainer/error_file.h"
#include "trainer/failure.h"
#include "trainer/spec_file.h"

namespace sparsweep::trainer {
namespace {

// Where a run would go on; what it would pass over is told on stderr.
std::string CheckResume(contract::TrialSpec spec, const core::RunInputs& inputs) {
  spec.input_hash = core::InputHash(spec);
  const core::ResumePoint point =
      core::FindResumePoint(spec.resume_from, core::IdentityOf(spec, inputs));
  for (const std::string& warning : point.warnings) std::fprintf(stderr, "%s\n", warning.c_str());
  return point.checkpoint.path();
}

}  // namespace

int Check(const std::string& spec_path) {
  std::string directory;
  try {
    const contract::TrialSpec spec = ReadSpecFile(spec_path);
    if (!spec.directory.empty()) {
      MakeDirectory(spec.directory);
      directory = spec.directory;
    }
    RequireDevice(spec.device, "device");
    core::RequireRunnable(spec);
    SetThreads(spec.threads);
    core::CheckInputHash(spec);
    const core::RunInputs inputs = core::LoadRunInputs(spec);
    const core::Evaluator evaluator(spec, inputs);  // refuses a metric that these labels lack
    nlohmann::ordered_json line = {
        {"input_hash", core::InputHash(spec)},    {"train_examples", inputs.data.train.size()},
        {"dev_examples", inputs.data.dev.size()}, {"labels", inputs.data.labels.size()},
        {"prunable", inputs.PrunableWeights()},   {"metric", evaluator.score_name()}};
    if (!spec.resume_from.empty()) line["resumes_from"] = CheckResume(spec, inputs);
    std::puts(line.dump().c_str());
    return 0;
  } catch (...) {
    return ReportFailure(directory, CurrentFailure(-1));
  }
}

}  // namespace sparsweep::trainer
