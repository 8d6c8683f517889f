// write_span_features MODEL SQUAD_FILE MAX_LENGTH STRIDE EVERY
//
// The windows of every EVERY-th question, one JSON line each; test_span_features.py holds them
// against transformers.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "pruning_core/data/span_features.h"
#include "pruning_core/data/squad_reader.h"

namespace sparsweep::core {
namespace {

nlohmann::json Line(const SquadExample& example, const SpanFeature& feature) {
  nlohmann::json offsets = nlohmann::json::array();
  for (const CharacterRange& range : feature.offsets) offsets.push_back({range.begin, range.end});
  return {{"id", example.id},
          {"stands", AnswerStandsInContext(example)},
          {"ids", feature.encoding.ids},
          {"second_begin", feature.encoding.second_begin},
          {"first", feature.first_context_token},
          {"last", feature.last_context_token},
          {"offsets", offsets},
          {"max_context", feature.max_context},
          {"start", feature.answer.start},
          {"end", feature.answer.end}};
}

void Write(char** arguments) {
  const auto number = [&](int i) {
    return static_cast<uint32_t>(std::strtoul(arguments[i], nullptr, 10));
  };
  const auto tokenizer = WordPieceTokenizer::Load(arguments[1]);
  const auto examples = ReadSquad(arguments[2], "task.train", 0);
  const SpanOptions options{.max_length = number(3), .stride = number(4)};
  for (uint32_t i = 0; i < examples.size(); i += number(5)) {
    for (const SpanFeature& feature : MakeSpanFeatures(examples[i], i, tokenizer, options)) {
      std::cout << Line(examples[i], feature).dump() << '\n';
    }
  }
}

}  // namespace
}  // namespace sparsweep::core

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: write_span_features MODEL SQUAD_FILE MAX_LENGTH STRIDE EVERY\n";
    return 2;
  }
  sparsweep::core::Write(argv);
  return 0;
}
