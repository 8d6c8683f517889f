#include "pruning_core/train/run_inputs.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "contract/validate.h"
#include "pruning_core/distill/logit_key.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/models/precision.h"
#include "pruning_core/models/teacher_loader.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"
#include "pruning_core/train/run_identity.h"

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

int64_t Elements(const BertModel& model, ParameterRole role) {
  int64_t elements = 0;
  for (const Parameter& parameter : model.parameters()) {
    if (parameter.role == role) elements += parameter.value.numel();
  }
  return elements;
}

// A share of the weights so small that it is none.
void RequireSomethingKept(const contract::PruningSpec& pruning, int64_t prunable) {
  const auto weights = static_cast<double>(prunable);
  const auto require = [&](const char* field, const std::optional<double>& share) {
    if (!share || *share * weights >= 1.0) return;
    throw UserError("NOTHING_KEPT", field, fmt::format("{}", *share),
                    fmt::format("{}: {} keeps none of the model's {} prunable weights; give at "
                                "least {:.4g}",
                                field, *share, prunable, 1.001 / weights));
  };
  require("pruning.density", pruning.density);
  require("pruning.target_density", pruning.target_density);
}

std::optional<BertModel> LoadTeacherOf(const contract::TrialSpec& spec, const TaskData& data,
                                       const BertModel& student, const Vocabulary& vocabulary) {
  if (spec.training.teacher.empty()) return std::nullopt;
  return LoadTeacher(spec.training.teacher, {.head = student.head(),
                                             .labels = data.labels.names(),
                                             .vocabulary_size = student.config().vocab_size,
                                             .vocabulary = &vocabulary,
                                             .max_length = spec.task.max_length});
}

}  // namespace

int64_t RunInputs::PrunableWeights() const {
  return Elements(loaded.model, ParameterRole::kPrunable);
}

int64_t RunInputs::TotalWeights() const {
  int64_t weights = 0;
  for (const Parameter& parameter : loaded.model.parameters()) weights += parameter.value.numel();
  return weights;
}

int64_t RunInputs::EncoderVectors() const {
  return Elements(loaded.model, ParameterRole::kEncoderVector);
}

std::vector<std::string> RunInputs::Warnings(const contract::TrialSpec& spec) const {
  std::vector<std::string> warnings;
  if (auto warning = PrecisionWarning(spec.training.precision, at::Device(spec.device))) {
    warnings.push_back(*std::move(warning));
  }
  const std::string head = fmt::format("{}.", HeadName(loaded.model.head()));
  for (const std::string& name : loaded.initialized) {
    if (name.starts_with(head)) continue;  // a task's head is expected to be new
    warnings.push_back(fmt::format("{} is not in {}: drawn at random", name, spec.model.path));
  }
  if (data.questions_left_out > 0) {
    warnings.push_back(
        fmt::format("{}: {} questions left out: their answers do not stand where "
                    "the file says",
                    spec.task.train, data.questions_left_out));
  }
  return warnings;
}

void RequireRunnable(const contract::TrialSpec& spec) {
  if (const absl::Status status = contract::Validate(spec); !status.ok()) {
    const std::string message(status.message());
    throw UserError("BAD_SPEC", message.substr(0, message.find(':')), "", message);
  }
  if (spec.world.size > 1 && spec.pruning.method == "l0" && spec.pruning.numerics == "reference") {
    throw UserError(
        "BAD_SPEC", "world.size", std::to_string(spec.world.size),
        fmt::format("world.size: {} ranks, but l0 in reference numerics draws its gates "
                    "for each forward pass of one rank; give 1, or numerics: standard",
                    spec.world.size));
  }
}

RunInputs LoadRunInputs(const contract::TrialSpec& spec) {
  const BertConfig config = ReadBertConfig(spec.model.path);
  const WordPieceTokenizer tokenizer = WordPieceTokenizer::Load(spec.model.path);
  RequireFit(spec, config, tokenizer);
  TaskData data = LoadTaskData(spec.task, tokenizer);
  LoadedModel loaded = LoadBertModel(spec.model, HeadOfTask(spec.task.kind),
                                     static_cast<int64_t>(data.labels.size()), spec.seed);
  RequireSomethingKept(spec.pruning, Elements(loaded.model, ParameterRole::kPrunable));
  std::optional<BertModel> teacher =
      LoadTeacherOf(spec, data, loaded.model, tokenizer.vocabulary());
  return {.data = std::move(data),
          .loaded = std::move(loaded),
          .pad_id = tokenizer.pad_id(),
          .teacher = std::move(teacher)};
}

std::string IdentityOf(const contract::TrialSpec& spec, const RunInputs& inputs) {
  return RunIdentity(spec, inputs.teacher ? TeacherHash(*inputs.teacher) : "");
}

}  // namespace sparsweep::core
