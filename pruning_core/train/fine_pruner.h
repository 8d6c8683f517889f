// Fine-tunes a model while it is pruned: the loop of one attempt.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "pruning_core/data/batch_order.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/checkpoint_folder.h"
#include "pruning_core/train/progress_meter.h"
#include "pruning_core/train/run_inputs.h"

namespace sparsweep::core {

// One rank on the CPU. A state of the run is a function of (spec, inputs, threads, step): stopped
// or killed and resumed from a checkpoint, it ends with the same bits. Writes checkpoints,
// masks.safetensors and model/ into spec.directory, which exists. One thread, ATen's own aside.
// Throws UserError, NumericError, std::system_error (disk), std::bad_alloc.
class FinePruner {
 public:
  struct Deps {
    // Told everything that becomes an event, with the optimizer steps done.
    std::function<void(int64_t step, contract::EventBody body)> emit;
    // Asked before each step; once true the run ends with a checkpoint.
    std::function<bool()> stop_requested;
    const base::Clock& clock;
  };
  enum class Outcome { kFinished, kStopped };

  // Set-up: reads model and data, resumes from spec.resume_from.
  FinePruner(const contract::TrialSpec& spec, Deps deps);

  // Once. kStopped: asked to stop before the end, with a checkpoint of steps_done().
  Outcome Run();

  [[nodiscard]] int64_t steps_done() const { return optimizer_.steps_done(); }

 private:
  void Resume();
  void EmitStart();
  void TrainOneStep();
  void ReportTraining();
  double Evaluate();
  void Checkpoint();
  void Finish();

  void Emit(contract::EventBody body) { deps_.emit(steps_done(), std::move(body)); }
  [[nodiscard]] contract::Density CurrentDensity() const;
  [[nodiscard]] bool Every(uint32_t interval) const;  // due now; 0 = never

  contract::TrialSpec spec_;
  Deps deps_;
  std::string identity_;
  RunInputs inputs_;
  BatchOrder order_;
  PruningOptimizer optimizer_;  // borrows the parameters of inputs_
  CheckpointFolder checkpoints_;
  double loss_sum_ = 0;  // since the last reported mean
  int64_t loss_count_ = 0;
  std::vector<std::string> set_up_warnings_;  // said after `started`
};

}  // namespace sparsweep::core
