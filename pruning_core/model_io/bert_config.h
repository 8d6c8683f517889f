// The numbers of an HF directory's config.json that decide a BERT encoder's shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::core {

// Of the feed-forward. kGeluTanh: 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).
enum class Activation { kGelu, kGeluTanh, kRelu, kSilu };

struct BertConfig {
  int64_t vocab_size = 0;
  int64_t hidden_size = 0;
  int64_t num_hidden_layers = 0;
  int64_t num_attention_heads = 0;  // divides hidden_size
  int64_t intermediate_size = 0;
  int64_t max_position_embeddings = 0;
  int64_t type_vocab_size = 0;
  double layer_norm_eps = 1e-12;
  int64_t pad_token_id = 0;  // its embedding gets no gradient; -1 = null, none
  Activation activation = Activation::kGelu;
  std::vector<std::string> labels = {};  // id2label by output; empty when the file has none
  std::string architecture = {};         // the first of architectures ("BertModel"), or empty
};

// Dropout probabilities and what else training alone uses is passed over. `file` is named in
// errors. Throws UserError (BAD_CONFIG, field = file): not JSON, model_type other than bert, an
// unknown activation, relative positions, a decoder, a size missing or out of bounds, labels that
// are not numbered from 0.
[[nodiscard]] BertConfig ParseBertConfig(std::string_view json, const std::string& file);

// DIRECTORY/config.json. `field` is the spec's, for errors. Throws UserError: MODEL_NOT_FOUND for a
// missing directory or file.
[[nodiscard]] BertConfig ReadBertConfig(const std::string& directory,
                                        const std::string& field = "model.path");

}  // namespace sparsweep::core
