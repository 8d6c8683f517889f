// Everything a run's optimizer is told.
#pragma once

#include <cstdint>
#include <optional>

#include "contract/trial_spec.h"
#include "pruning_core/methods/score_init.h"
#include "pruning_core/optim/adamw.h"
#include "pruning_core/schedule/sparsity_schedule.h"

namespace sparsweep::core {

struct Hyperparameters {
  double learning_rate = 0;
  double head_learning_rate = 0;  // pooler and task head
  double score_learning_rate = 0;
  double weight_decay = 0;   // of weights; never of biases, LayerNorm and scores
  double max_grad_norm = 0;  // joint over all gradients; 0 = no clipping
  AdamWRule adam;
  int64_t total_steps = 0;   // T
  int64_t warmup_steps = 0;  // of the learning rate
  SparsitySchedule schedule;
  int64_t first_schedule_step = 0;  // t of the schedule at the first optimizer step
  ScoreInit score_init;
  // The density to arrive at. Rank-based methods follow the schedule to it; penalized ones are
  // steered there, from first_lambda or else a λ of the method's own.
  std::optional<double> target_density;
  std::optional<double> first_lambda;
};

// `seed` is the trial's. Throws UserError for an unknown word.
[[nodiscard]] Hyperparameters MakeHyperparameters(const contract::TrainingSpec& training,
                                                  const contract::PruningSpec& pruning,
                                                  uint64_t seed = 1);

}  // namespace sparsweep::core
