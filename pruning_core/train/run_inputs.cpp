#include "pruning_core/train/run_inputs.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "contract/validate.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {
namespace {

// The largest id must have an embedding, the longest example a position.
void RequireFit(const contract::TrialSpec& spec, const BertConfig& config,
                const WordPieceTokenizer& tokenizer) {
  if (spec.task.max_length > config.max_position_embeddings) {
    throw UserError(
        "TOO_LONG", "task.max_length", std::to_string(spec.task.max_length),
        fmt::format("task.max_length: {} tokens, but {} has {} positions; give at most {}",
                    spec.task.max_length, spec.model.path, config.max_position_embeddings,
                    config.max_position_embeddings));
  }
  if (tokenizer.vocabulary_size() > static_cast<size_t>(config.vocab_size)) {
    throw UserError(
        "BAD_TOKENIZER", spec.model.path, std::to_string(tokenizer.vocabulary_size()),
        fmt::format("{}: the tokenizer has {} pieces, config.json a vocab_size of {}; use "
                    "the vocabulary the model was trained with",
                    spec.model.path, tokenizer.vocabulary_size(), config.vocab_size));
  }
}

}  // namespace

int64_t RunInputs::PrunableWeights() const {
  int64_t weights = 0;
  for (const Parameter& parameter : loaded.model.parameters()) {
    if (parameter.role == ParameterRole::kPrunable) weights += parameter.value.numel();
  }
  return weights;
}

int64_t RunInputs::TotalWeights() const {
  int64_t weights = 0;
  for (const Parameter& parameter : loaded.model.parameters()) weights += parameter.value.numel();
  return weights;
}

void RequireRunnable(const contract::TrialSpec& spec) {
  if (const absl::Status status = contract::Validate(spec); !status.ok()) {
    const std::string message(status.message());
    throw UserError("BAD_SPEC", message.substr(0, message.find(':')), "", message);
  }
  if (spec.world.size != 1) {
    throw UserError(
        "BAD_SPEC", "world.size", std::to_string(spec.world.size),
        fmt::format("world.size: {} ranks, this version trains with one; give 1", spec.world.size));
  }
  if (spec.device != "cpu") {
    throw UserError(
        "BAD_SPEC", "device", spec.device,
        fmt::format("device: '{}', this version trains on the CPU; give cpu", spec.device));
  }
}

RunInputs LoadRunInputs(const contract::TrialSpec& spec) {
  const BertConfig config = ReadBertConfig(spec.model.path);
  const WordPieceTokenizer tokenizer = WordPieceTokenizer::Load(spec.model.path);
  RequireFit(spec, config, tokenizer);
  TaskData data = LoadTaskData(spec.task, tokenizer);
  const auto labels = static_cast<int64_t>(data.labels.size());
  return {.data = std::move(data),
          .loaded = LoadBertModel(spec.model, Head::kClassification, labels, spec.seed),
          .pad_id = tokenizer.pad_id()};
}

}  // namespace sparsweep::core
