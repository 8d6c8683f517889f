// A BERT encoder with a linear head for classes, a number or spans, on ATen operations.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/models/batch_dropout.h"
#include "pruning_core/models/bert_layer.h"
#include "pruning_core/models/dropout.h"
#include "pruning_core/models/head.h"
#include "pruning_core/models/packed_tokens.h"
#include "pruning_core/models/parameter.h"
#include "pruning_core/models/precision.h"

namespace sparsweep::core {

// Shapes: B examples, S tokens, H hidden size, C labels. Gradients flow to the parameters that
// require them (the PruningOptimizer decides which) unless grad mode is off. fp32, on the CPU until
// MoveTo(). Not copyable; one thread.
class BertModel {
 public:
  // `layers`: the first n of the config's. `labels` counts with Head::kClassification only; a span
  // head has no pooler, whatever `pooling`. All parameters are zero. With one token
  // type in the config the second text has that of the first.
  BertModel(const BertConfig& config, int64_t layers, Pooling pooling, Head head, int64_t labels);
  BertModel(const BertModel&) = delete;
  BertModel& operator=(const BertModel&) = delete;
  BertModel(BertModel&&) = default;
  BertModel& operator=(BertModel&&) = default;

  // Moves all parameters; whoever holds one of the tensors sees it there. Batches must be there
  // too. The process computes repeatably on a GPU from then on (device_settings.h).
  void MoveTo(at::Device device);
  [[nodiscard]] at::Device device() const { return output_.weight.device(); }
  // Of the encoder's forward passes from now on; fp32 until then.
  void ComputeIn(Precision precision) { precision_ = precision; }

  [[nodiscard]] at::Tensor HiddenStates(const Batch& batch) const;  // [B, S, H], padding included
  // [B, C], [B, 1], or for spans [B, S, 2]: start at 0, end at 1; those of padding are 0 where
  // batch.padding_counts does not ask for them. A dropout needs batch.rows.
  [[nodiscard]] at::Tensor Logits(const Batch& batch, const Dropout& dropout = {}) const;
  // Without autograd and dropout.
  [[nodiscard]] at::Tensor InferLogits(const Batch& batch) const;

  // In HF's order. The prunable ones among them, in order, are the matrices of masks and reports.
  [[nodiscard]] ParameterList& parameters() { return parameters_; }
  [[nodiscard]] const ParameterList& parameters() const { return parameters_; }
  // By name, for export: the model's own tensors, or copies of them on the CPU.
  [[nodiscard]] std::map<std::string, at::Tensor> ParameterMap() const;
  [[nodiscard]] int64_t layers() const { return static_cast<int64_t>(layers_.size()); }
  [[nodiscard]] Head head() const { return head_; }
  [[nodiscard]] const BertConfig& config() const { return config_; }

 private:
  // What is read of the last layer: each example's first token [B, H], its tokens [T, H], or all
  // places [B · S, H].
  enum class Reads { kFirst, kTokens, kPlaces };
  [[nodiscard]] Reads ReadsOf(const Batch& batch) const;
  // [T, H] or, where padding is computed too, [B · S, H].
  [[nodiscard]] at::Tensor Embed(const Batch& batch, const PackedTokens& tokens, bool packed) const;
  [[nodiscard]] at::Tensor Encode(const Batch& batch, const PackedTokens& tokens, Reads reads,
                                  const BatchDropout& dropout) const;
  // [B, H] of what Encode() gives for ReadsOf().
  [[nodiscard]] at::Tensor Pool(const at::Tensor& hidden, const PackedTokens& tokens,
                                const at::Tensor& attention_mask) const;

  BertConfig config_;
  Pooling pooling_;
  Head head_;
  Precision precision_ = Precision::kFp32;
  ParameterList parameters_;
  at::Tensor word_, position_, token_type_;
  LayerNormParameters embedding_norm_;
  std::vector<BertLayer> layers_;
  LinearParameters pooler_;  // undefined with kMean and kSpan
  LinearParameters output_;
};

}  // namespace sparsweep::core
