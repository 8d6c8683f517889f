// The content of what a trial reads, so that a result can be tied to it.
#pragma once

#include <string>

#include "contract/trial_spec.h"

namespace sparsweep::core {

// XXH3-128 as 32 lower-case hex digits over the contents (not the paths) of the model's
// config.json, model.safetensors (or shard index and shards), vocab.txt, tokenizer.json and
// tokenizer_config.json as far as they exist, and of the train, dev and dev_mismatched files.
// Without the teacher, which is not the same for every trial of a sweep. Throws UserError:
// MODEL_NOT_FOUND, BAD_SHARD_INDEX, DATA_NOT_FOUND.
[[nodiscard]] std::string InputHash(const contract::TrialSpec& spec);

// Throws UserError (INPUT_CHANGED) when the spec carries an input_hash that is not that of the
// files now.
void CheckInputHash(const contract::TrialSpec& spec);

}  // namespace sparsweep::core
