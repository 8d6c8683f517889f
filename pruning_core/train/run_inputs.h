// What a run reads before its first step: data files, model and teacher, checked against each
// other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contract/trial_spec.h"
#include "pruning_core/data/task_data.h"
#include "pruning_core/models/model_loader.h"

namespace sparsweep::core {

// Movable until something borrows the model's parameters.
struct RunInputs {
  TaskData data;
  LoadedModel loaded;
  int32_t pad_id = 0;
  std::optional<BertModel> teacher;

  [[nodiscard]] int64_t PrunableWeights() const;  // what a mask can drop
  [[nodiscard]] int64_t TotalWeights() const;
  [[nodiscard]] int64_t EncoderVectors() const;  // elements of the encoder's biases and LayerNorm
  // What a user should know of what was read: weights drawn at random, questions left out.
  [[nodiscard]] std::vector<std::string> Warnings(const contract::TrialSpec& spec) const;
};

// Throws UserError (BAD_SPEC) for a spec that contract::Validate refuses or that this program
// cannot run: several ranks of l0 in reference numerics.
void RequireRunnable(const contract::TrialSpec& spec);

// Reads everything. Throws UserError as the parts do, TOO_LONG when task.max_length is beyond the
// model's positions, BAD_TOKENIZER when the vocabulary is larger than the model's,
// TEACHER_MISMATCH.
[[nodiscard]] RunInputs LoadRunInputs(const contract::TrialSpec& spec);

// Which run its checkpoints belong to: RunIdentity() with the content of the teacher.
// spec.input_hash is filled in.
[[nodiscard]] std::string IdentityOf(const contract::TrialSpec& spec, const RunInputs& inputs);

}  // namespace sparsweep::core
