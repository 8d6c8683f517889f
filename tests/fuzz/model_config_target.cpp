#include <cstdlib>
#include <string_view>

#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/shard_index.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/fuzz/fuzz_target.h"

// config.json, and the same bytes as model.safetensors.index.json.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep::core;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const BertConfig config = ParseBertConfig(bytes, "config.json");
    if (config.hidden_size % config.num_attention_heads != 0) std::abort();
  } catch (const UserError&) {
  }
  try {
    const ShardIndex index = ParseShardIndex(bytes, "index.json");
    for (const auto& [name, number] : index.tensors) {
      if (number >= index.files.size()) std::abort();
    }
    for (const std::string& file : index.files) {
      if (file.find('/') != std::string::npos) std::abort();
    }
  } catch (const UserError&) {
  }
  return 0;
}
