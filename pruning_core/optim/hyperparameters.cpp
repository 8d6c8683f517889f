#include "pruning_core/optim/hyperparameters.h"

#include "contract/validate.h"

namespace sparsweep::core {

Hyperparameters MakeHyperparameters(const contract::TrainingSpec& training,
                                    const contract::PruningSpec& pruning, uint64_t seed) {
  Hyperparameters hyper;
  hyper.learning_rate = training.learning_rate;
  hyper.head_learning_rate = training.head_learning_rate.value_or(training.learning_rate);
  hyper.score_learning_rate = pruning.score_learning_rate;
  hyper.weight_decay = training.weight_decay;
  hyper.max_grad_norm = training.max_grad_norm;
  hyper.total_steps = training.steps;
  hyper.warmup_steps = training.warmup_steps;
  SparsitySchedule& schedule = hyper.schedule;
  schedule.total_steps = training.steps;
  schedule.warmup_steps = training.warmup_steps;
  schedule.initial_warmup = pruning.initial_warmup;
  schedule.final_warmup = pruning.final_warmup;
  if (contract::IsRankBased(pruning.method)) {
    schedule.final =
        pruning.target_density ? *pruning.target_density : pruning.density.value_or(1.0);
  } else if (contract::IsPenalized(pruning.method)) {
    schedule.initial = 0.0;
    schedule.final = pruning.tau;
    schedule.final_lambda = pruning.lambda.value_or(0.0);
  }
  if (pruning.method == "l0") schedule.initial = schedule.final = 1.0;  // λ from the first step on
  hyper.target_density = pruning.target_density;
  hyper.first_lambda = pruning.lambda;
  schedule.one_shot = pruning.schedule == "one_shot";
  hyper.score_init = MakeScoreInit(pruning, seed);
  return hyper;
}

}  // namespace sparsweep::core
