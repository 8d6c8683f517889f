#include <algorithm>
#include <unordered_set>

#include "contract/nearest.h"
#include "fmt/format.h"
#include "pruning_core/data/squad_reader.h"
#include "pruning_core/eval/prediction_file.h"
#include "pruning_core/eval/prediction_report.h"
#include "pruning_core/eval/squad_score.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kMaxPredictionBytes = uint64_t{1} << 30;

using Answers = std::unordered_map<std::string, std::string>;

std::string MissingWarning(const std::vector<SquadExample>& examples, const Answers& answers) {
  uint64_t missing = 0;
  std::string first;
  for (const SquadExample& example : examples) {
    if (answers.contains(example.id)) continue;
    if (missing++ == 0) first = example.id;
  }
  if (missing == 0) return "";
  return fmt::format("{} of {} questions have no prediction and count 0 (first: {})", missing,
                     examples.size(), Quoted(first));
}

// Names the smallest such id, so that the warning does not depend on the order of the file.
std::string UnknownWarning(const std::vector<SquadExample>& examples, const Answers& answers,
                           const DataSource& predictions) {
  std::unordered_set<std::string_view> asked;
  for (const SquadExample& example : examples) asked.insert(example.id);
  std::vector<std::string_view> unknown;
  for (const auto& [id, answer] : answers) {
    if (!asked.contains(id)) unknown.push_back(id);
  }
  if (unknown.empty()) return "";
  const std::string_view first = *std::ranges::min_element(unknown);
  const auto nearest = contract::Nearest(first, {asked.begin(), asked.end()});
  const std::string shown =
      fmt::format("{}{}", Quoted(first),
                  nearest ? fmt::format("; did you mean {}?", Quoted(*nearest)) : std::string());
  if (unknown.size() == answers.size()) {
    predictions.Fail(
        "BAD_PREDICTIONS", std::string(first),
        fmt::format("has no prediction for any question of the data; it has {}", shown));
  }
  return fmt::format("{} predictions are for no question of the data (first: {})", unknown.size(),
                     shown);
}

}  // namespace

PredictionReport ScoreAnswers(const DataSource& data, const DataSource& predictions,
                              const ScoringProgress& progress) {
  const std::vector<SquadExample> examples = ReadSquad(data.path, data.field, 0);
  const Answers answers = ParseAnswers(ReadBytes(predictions, kMaxPredictionBytes), predictions);
  PredictionReport report{.examples = examples.size(), .values = {}, .warnings = {}};
  for (const std::string& warning :
       {MissingWarning(examples, answers), UnknownWarning(examples, answers, predictions)}) {
    if (!warning.empty()) report.warnings.push_back(warning);
  }
  SquadScore score(RulesOf(examples));
  uint64_t done = 0;
  for (const SquadExample& example : examples) {
    const auto answer = answers.find(example.id);
    score.Add(
        answer == answers.end() ? std::nullopt : std::optional(std::string_view(answer->second)),
        example);
    progress(++done, examples.size());
  }
  report.values = {{"exact_match", score.All().ExactMatch()}, {"f1", score.All().F1()}};
  if (RulesOf(examples) == SquadRules::kVersion2) {
    report.values.insert(report.values.end(),
                         {{"answerable_exact_match", score.answerable().ExactMatch()},
                          {"answerable_f1", score.answerable().F1()},
                          {"unanswerable_exact_match", score.unanswerable().ExactMatch()},
                          {"unanswerable_f1", score.unanswerable().F1()}});
  }
  return report;
}

}  // namespace sparsweep::core
