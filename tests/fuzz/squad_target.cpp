#include <cstdlib>
#include <string_view>

#include "pruning_core/data/span_features.h"
#include "pruning_core/data/squad_reader.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace sparsweep::core;

const WordPieceTokenizer& Tokenizer() {
  static const WordPieceTokenizer tokenizer(
      Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##a", "##b", "the"}),
      {});
  return tokenizer;
}

// Small windows, so that short contexts have several.
void CheckFeatures(const SquadExample& example) {
  constexpr SpanOptions kOptions{.max_length = 16, .stride = 3, .max_query_length = 6};
  for (const SpanFeature& feature : MakeSpanFeatures(example, 0, Tokenizer(), kOptions)) {
    const size_t tokens = feature.encoding.ids.size();
    if (tokens > kOptions.max_length || feature.last_context_token >= tokens) std::abort();
    if (feature.offsets.size() != feature.max_context.size()) std::abort();
    if (feature.answer.start > feature.answer.end || feature.answer.end >= tokens) std::abort();
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto examples = ParseSquad(bytes, "file", "task.train", 0);
    if (examples.empty()) std::abort();
    for (const SquadExample& example : examples) CheckFeatures(example);
  } catch (const UserError&) {
  }
  return 0;
}
