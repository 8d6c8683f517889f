// Writes a trained model as a directory that HF's libraries load.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

struct ExportTarget {
  std::string
      directory;  // written as directory + ".partial", then renamed; what stood there is replaced
  std::string source;   // the HF directory the model came from: config.json and tokenizer files
  uint32_t layers = 0;  // encoder layers of the model, > 0
  std::string pooling;  // cls | mean; a span head has neither
  std::vector<std::string> labels;  // by class number; empty for regression and spans
  uint32_t max_length = 0;          // tokens; what the sentence-transformers layout truncates to
};

// `parameters`: HF names without "bert." ("encoder.layer.0.attention.self.query.weight", …,
// "classifier.bias"), masked weights as zeros; saved as fp32. Every file is synced before the
// directory gets its name. With qa_outputs.* it loads as transformers.BertForQuestionAnswering,
// with classifier.* and cls as BertForSequenceClassification, a regression where there are no
// labels. mean: the directory itself loads as BertModel, as a whole it is a sentence-transformers
// model (Transformer, 1_Pooling, 2_Dense) whose encode() gives the logits; a pooler that
// `parameters` lack is taken over from the source, where it stands, so that BertModel finds all its
// weights. Throws UserError (MODEL_NOT_FOUND, BAD_MODEL) when the source cannot be read,
// std::system_error when the disk refuses, std::invalid_argument when a parameter is missing.
void ExportModel(const ExportTarget& target, const std::map<std::string, at::Tensor>& parameters);

}  // namespace sparsweep::core
