#include <cstdio>
#include <nlohmann/json.hpp>

#include "pruning_core/data/input_hash.h"
#include "pruning_core/train/run_inputs.h"
#include "trainer/commands.h"
#include "trainer/error_file.h"
#include "trainer/failure.h"
#include "trainer/spec_file.h"

namespace sparsweep::trainer {

int Check(const std::string& spec_path) {
  std::string directory;
  try {
    const contract::TrialSpec spec = ReadSpecFile(spec_path);
    if (!spec.directory.empty()) {
      MakeDirectory(spec.directory);
      directory = spec.directory;
    }
    core::RequireRunnable(spec);
    SetThreads(spec.threads);
    core::CheckInputHash(spec);
    const core::RunInputs inputs = core::LoadRunInputs(spec);
    const nlohmann::ordered_json line = {{"input_hash", core::InputHash(spec)},
                                         {"train_examples", inputs.data.train.size()},
                                         {"dev_examples", inputs.data.dev.size()},
                                         {"labels", inputs.data.labels.size()},
                                         {"prunable", inputs.PrunableWeights()}};
    std::puts(line.dump().c_str());
    return 0;
  } catch (...) {
    return ReportFailure(directory, CurrentFailure(-1));
  }
}

}  // namespace sparsweep::trainer
