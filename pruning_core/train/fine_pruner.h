// Fine-tunes a model while it is pruned: the loop of one attempt.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "pruning_core/data/batch_order.h"
#include "pruning_core/distributed/process_group.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/best_keeper.h"
#include "pruning_core/train/checkpoint_folder.h"
#include "pruning_core/train/evaluator.h"
#include "pruning_core/train/run_inputs.h"
#include "pruning_core/train/step_exchange.h"
#include "pruning_core/train/training_step.h"

namespace sparsweep::core {

// One rank on spec.device. A state of the run is a function of (spec, inputs, threads, ranks,
// step): stopped or killed and resumed from a checkpoint, it ends with the same bits. Rank 0 writes
// checkpoints, masks.safetensors and model/ into spec.directory, which exists, and a teacher's
// logits into spec.cache_directory; the others write nothing. One thread, ATen's own aside. Throws
// UserError, NumericError, std::system_error (disk), std::bad_alloc; RankLost, RanksDiffer.
class FinePruner {
 public:
  struct Deps {
    // Told everything that becomes an event, with the optimizer steps done.
    std::function<void(int64_t step, contract::EventBody body)> emit;
    // Asked before each step, with several ranks after each: once true on one of them the run ends
    // with a checkpoint.
    std::function<bool()> stop_requested;
    const base::Clock& clock;
    ProcessGroup* ranks = nullptr;  // of spec.world; nullptr when there is one
  };
  enum class Outcome { kFinished, kStopped };

  // Set-up: reads model and data, resumes from spec.resume_from.
  FinePruner(const contract::TrialSpec& spec, Deps deps);

  // Once. kStopped: asked to stop before the end, with a checkpoint of steps_done().
  Outcome Run();

  [[nodiscard]] int64_t steps_done() const { return optimizer_.steps_done(); }

 private:
  [[nodiscard]] StepExchange* MakeExchange();
  // Rank 0's state becomes that of all.
  void Resume();
  void EmitStart();
  // False: asked to stop.
  bool ReadTeacher();
  void TrainOneStep();
  void ReportTraining();
  // Whether step steps_done() was evaluated here already.
  [[nodiscard]] bool Evaluated() const { return evaluated_at_ == steps_done(); }
  // On the evaluation files, with the weights the model has.
  void Evaluate();
  void Checkpoint();
  Outcome Stop();
  void Finish();
  // Rank 0 alone: what the run leaves.
  void Export();
  [[nodiscard]] bool leads() const { return spec_.world.rank == 0; }
  [[nodiscard]] bool StopRequested() const;

  void Emit(contract::EventBody body) { deps_.emit(steps_done(), std::move(body)); }
  [[nodiscard]] bool AtEnd() const { return steps_done() == spec_.training.steps; }
  [[nodiscard]] bool Every(uint32_t interval) const;  // due now; 0 = never

  contract::TrialSpec spec_;
  Deps deps_;
  RunInputs inputs_;
  std::string identity_;
  BatchOrder order_;
  Hyperparameters hyper_;
  PruningOptimizer optimizer_;            // borrows the parameters of inputs_
  std::optional<StepExchange> exchange_;  // with several ranks
  TrainingStep step_;
  Evaluator evaluator_;
  BestKeeper best_;
  CheckpointFolder checkpoints_;
  int64_t checkpointed_at_ = -1;  // step, the same on all ranks though one writes
  at::Tensor loss_sum_;           // fp64 scalar where the model is, since the last reported mean
  int64_t loss_count_ = 0;
  int64_t evaluated_at_ = -1;
  double score_ = 0;                          // of the last evaluation
  std::vector<std::string> set_up_warnings_;  // said after `started`
};

}  // namespace sparsweep::core
