// The JSON files of an exported model.
#pragma once

#include <string>

#include "pruning_core/export/model_export.h"

namespace sparsweep::core {

// What the exported directory is for transformers.
enum class ExportedKind { kClassifier, kQuestionAnswering, kSentenceModel };

// The source's config.json with the exported model's layers, labels, architecture and type.
// Without labels a classifier is a regression, so says problem_type.
// Throws UserError (MODEL_NOT_FOUND, BAD_MODEL) when the source's cannot be read.
[[nodiscard]] std::string ExportedConfig(const ExportTarget& target, ExportedKind kind);

// Files of the sentence-transformers layout beside the encoder's.
[[nodiscard]] std::string ModulesJson();
[[nodiscard]] std::string SentenceBertConfig(const ExportTarget& target);
[[nodiscard]] std::string PoolingConfig(int64_t hidden);
[[nodiscard]] std::string DenseConfig(int64_t hidden, int64_t classes);

}  // namespace sparsweep::core
