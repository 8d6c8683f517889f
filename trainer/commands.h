// The verbs of sparsweep-trainer. Each returns the exit code; none throws.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sparsweep::trainer {

// `train SPEC.json [--hang-timeout SECONDS]`, without the verb: trains the spec into its
// `directory`: events.jsonl, checkpoints, masks.safetensors, model/, or error.json. A rank above 0
// writes nothing but rank-N/error.json there. `--hang-timeout`: how long a rank may keep the others
// waiting.
int Train(std::span<const std::string_view> arguments);

// Reads everything a run would read and prints one line
// {"input_hash":…,"train_examples":…,"dev_examples":…,"labels":…, "prunable":…}; `labels` is their
// number. A failure stands in error.json too where the spec has a `directory`.
int Check(const std::string& spec_path);

// `tokenize --model DIR [--offsets]`, without the verb: token ids of stdin's lines, with --offsets
// as JSON lines that say where each token stands (pruning_core/tokenizer/tokenize_lines.h).
int Tokenize(std::span<const std::string_view> arguments);

// What is in a safetensors file: a model, a checkpoint or masks (whose checksums are verified).
int Inspect(const std::string& path);

// `verify DIR... [--json] [--device cpu|cuda]`, without the verb: replays stored runs and prints
// the largest error of each quantity. 0 = all within their tolerances, 1 = not, 2 = a folder is
// wrong.
int Verify(std::span<const std::string_view> arguments);

// `score --task squad|glue/NAME --data FILE --predictions FILE [--json]`, without the verb: the
// official scores of anybody's predictions; squad in per cent, GLUE as fractions.
int Score(std::span<const std::string_view> arguments);

}  // namespace sparsweep::trainer
