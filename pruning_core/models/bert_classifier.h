// A BERT encoder with a pooling and a linear head, on ATen operations.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/models/bert_layer.h"
#include "pruning_core/models/parameter.h"

namespace sparsweep::core {

enum class Pooling {
  kCls,
  kMean
};  // first token through pooler and tanh | mean over the tokens that are not padding

// Shapes: B examples, S tokens, H hidden size, C labels. Gradients flow to the parameters that
// require them (the PruningOptimizer decides which) unless grad mode is off. Dropout 0, fp32. Not
// copyable; one thread.
class BertClassifier {
 public:
  // `layers`: the first n of the config's. All parameters are zero.
  BertClassifier(const BertConfig& config, int64_t layers, Pooling pooling, int64_t labels);
  BertClassifier(const BertClassifier&) = delete;
  BertClassifier& operator=(const BertClassifier&) = delete;
  BertClassifier(BertClassifier&&) = default;
  BertClassifier& operator=(BertClassifier&&) = default;

  [[nodiscard]] at::Tensor HiddenStates(const Batch& batch) const;  // [B, S, H]
  [[nodiscard]] at::Tensor Logits(const Batch& batch) const;        // [B, C]
  // The same without autograd.
  [[nodiscard]] at::Tensor InferLogits(const Batch& batch) const;

  // In HF's order. The prunable ones among them, in order, are the matrices of masks and reports.
  [[nodiscard]] ParameterList& parameters() { return parameters_; }
  [[nodiscard]] const ParameterList& parameters() const { return parameters_; }
  // By name, for export. The tensors are the model's own.
  [[nodiscard]] std::map<std::string, at::Tensor> ParameterMap() const;
  [[nodiscard]] int64_t layers() const { return static_cast<int64_t>(layers_.size()); }

 private:
  [[nodiscard]] at::Tensor Embed(const Batch& batch) const;
  [[nodiscard]] at::Tensor Pool(const at::Tensor& hidden, const at::Tensor& attention_mask) const;

  BertConfig config_;
  Pooling pooling_;
  ParameterList parameters_;
  at::Tensor word_, position_, token_type_;
  LayerNormParameters embedding_norm_;
  std::vector<BertLayer> layers_;
  LinearParameters pooler_;  // undefined with kMean
  LinearParameters classifier_;
};

}  // namespace sparsweep::core
