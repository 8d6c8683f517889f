#include "pruning_core/eval/squad_score.h"

#include <algorithm>
#include <string>
#include <vector>

namespace sparsweep::core {

SquadRules RulesOf(std::span<const SquadExample> examples) {
  return std::ranges::any_of(examples, &SquadExample::is_impossible) ? SquadRules::kVersion2
                                                                     : SquadRules::kVersion1;
}

double SquadScore::Group::ExactMatch() const {
  return questions == 0 ? 0 : exact_match / static_cast<double>(questions);
}

double SquadScore::Group::F1() const {
  return questions == 0 ? 0 : f1 / static_cast<double>(questions);
}

void SquadScore::Add(std::optional<std::string_view> prediction, const SquadExample& example) {
  Group& group = example.answers.empty() ? unanswerable_ : answerable_;
  ++group.questions;
  if (!prediction) return;
  std::vector<std::string> answers;
  for (const SquadAnswer& answer : example.answers) answers.push_back(answer.text);
  const AnswerScore score = ScoreAnswer(*prediction, answers, rules_);
  group.exact_match += score.exact_match;
  group.f1 += score.f1;
}

SquadScore::Group SquadScore::All() const {
  return {.questions = answerable_.questions + unanswerable_.questions,
          .exact_match = answerable_.exact_match + unanswerable_.exact_match,
          .f1 = answerable_.f1 + unanswerable_.f1};
}

}  // namespace sparsweep::core
