#include "pruning_core/models/teacher_head.h"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "pruning_core/data/data_source.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

// Of a linear layer with any number of outputs.
at::Tensor ReadRows(const BertWeights& weights, const std::string& name, int64_t hidden) {
  const std::vector<int64_t> shape = weights.Shape(name).value_or(std::vector<int64_t>{});
  return weights.Read(name, {shape.empty() ? 0 : shape[0], hidden});
}

Head KindOf(int64_t outputs) { return outputs == 1 ? Head::kRegression : Head::kClassification; }

// The layer behind the pooling of the sentence-transformers layout.
StoredHead ReadDense(const std::string& file, int64_t hidden) {
  const SafetensorsReader dense(file);
  StoredHead head{Head::kClassification, Pooling::kMean, dense.ReadFloat("linear.weight"),
                  dense.ReadFloat("linear.bias")};
  if (head.weight.dim() != 2 || head.weight.size(1) != hidden ||
      head.bias.sizes() != at::IntArrayRef({head.weight.size(0)})) {
    throw UserError("TENSOR_SHAPE", file, "linear.weight",
                    fmt::format("{}: linear.weight and linear.bias do not fit hidden_size {} of "
                                "config.json; give weights and config.json of one model",
                                file, hidden));
  }
  head.kind = KindOf(head.weight.size(0));
  return head;
}

}  // namespace

StoredHead ReadStoredHead(const std::string& directory, const BertConfig& config,
                          const BertWeights& weights) {
  const int64_t hidden = config.hidden_size;
  const bool whole = config.architecture.empty() ||
                     config.architecture == "BertForSequenceClassification" ||
                     config.architecture == "BertForQuestionAnswering";
  if (whole && weights.Has("qa_outputs.weight")) {
    return {Head::kSpan, Pooling::kCls, weights.Read("qa_outputs.weight", {2, hidden}),
            weights.Read("qa_outputs.bias", {2})};
  }
  if (whole && weights.Has("classifier.weight")) {
    at::Tensor rows = ReadRows(weights, "classifier.weight", hidden);
    const int64_t outputs = rows.size(0);
    return {KindOf(outputs), Pooling::kCls, rows, weights.Read("classifier.bias", {outputs})};
  }
  const std::string dense = directory + "/2_Dense/model.safetensors";
  std::error_code error;
  if (std::filesystem::exists(dense, error)) return ReadDense(dense, hidden);
  throw UserError(
      "TEACHER_MISMATCH", "training.teacher", config.architecture,
      fmt::format(
          "training.teacher: '{}' ({}) has no head for this task: neither classifier.weight "
          "nor qa_outputs.weight nor 2_Dense; give a fine-tuned model",
          directory,
          config.architecture.empty() ? "no architecture" : Quoted(config.architecture)));
}

}  // namespace sparsweep::core
