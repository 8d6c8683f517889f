// Our side of test_eval.py: one JSON request a line of stdin, one JSON answer a line of stdout.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pruning_core/eval/class_tally.h"
#include "pruning_core/eval/python_text.h"
#include "pruning_core/eval/regression_metrics.h"
#include "pruning_core/eval/span_decoder.h"
#include "pruning_core/eval/squad_metrics.h"

namespace {

using nlohmann::json;
using namespace sparsweep::core;

json Classes(const json& request) {
  ClassTally tally;
  for (const auto& pair : request["pairs"]) tally.Add(pair[0], pair[1]);
  return {tally.Accuracy(), tally.F1(), tally.MacroF1(), tally.Matthews()};
}

json Values(const json& request) {
  const auto predictions = request["predictions"].get<std::vector<double>>();
  const auto labels = request["labels"].get<std::vector<double>>();
  return {Pearson(predictions, labels), Spearman(predictions, labels),
          MeanSquaredError(predictions, labels)};
}

json Squad(const json& request) {
  const auto rules = request["v2"].get<bool>() ? SquadRules::kVersion2 : SquadRules::kVersion1;
  const auto answers = request["answers"].get<std::vector<std::string>>();
  const auto prediction = request["prediction"].get<std::string>();
  const AnswerScore score = ScoreAnswer(prediction, answers, rules);
  return {NormalizeAnswer(prediction), score.exact_match, score.f1};
}

// [lower, split, \w] of a text.
json Text(const json& request) {
  const auto text = request["text"].get<std::string>();
  std::vector<std::string> words;
  for (const std::string_view word : PythonSplit(text)) words.emplace_back(word);
  return {PythonLower(text), words};
}

json Word(const json& request) {
  json result = json::array();
  for (const char32_t c : request["points"].get<std::vector<uint32_t>>()) {
    result.push_back((IsPythonWord(c) ? 1 : 0) + (IsPythonSpace(c) ? 2 : 0));
  }
  return result;
}

json Decode(const json& request) {
  SquadExample example;
  example.context = std::make_shared<const std::string>(request["context"].get<std::string>());
  std::vector<SpanFeature> features;
  for (const json& window : request["windows"]) {
    SpanFeature feature;
    feature.encoding.ids.assign(window["tokens"], 0);
    feature.first_context_token = window["first"];
    feature.last_context_token = feature.first_context_token + window["offsets"].size() - 1;
    for (const json& offset : window["offsets"]) feature.offsets.push_back({offset[0], offset[1]});
    feature.max_context = window["max_context"].get<std::vector<bool>>();
    features.push_back(feature);
  }
  const SpanDecoding options{.n_best = request["n_best"],
                             .max_answer_length = request["max_answer_length"],
                             .allow_no_answer = request["v2"],
                             .null_score_threshold = request["threshold"]};
  SpanDecoder decoder({&example, 1}, features, options);
  for (uint32_t row = 0; row < features.size(); ++row) {
    decoder.Add(row, request["windows"][row]["logits"].get<std::vector<float>>());
  }
  return decoder.Answers().at(0);
}

json Answer(const json& request) {
  const std::string kind = request["kind"];
  if (kind == "classes") return Classes(request);
  if (kind == "values") return Values(request);
  if (kind == "squad") return Squad(request);
  if (kind == "text") return Text(request);
  if (kind == "word") return Word(request);
  return Decode(request);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << Answer(json::parse(line)).dump() << '\n';
  }
  return 0;
}
