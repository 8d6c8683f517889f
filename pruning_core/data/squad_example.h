// A question of a SQuAD file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sparsweep::core {

struct SquadAnswer {
  std::string text;
  uint32_t start = 0;  // in the context, in code points
};

struct SquadExample {
  std::string id;
  std::string question;
  std::shared_ptr<const std::string> context;  // one for all questions of a paragraph; not null
  std::vector<SquadAnswer> answers;  // of annotators; training takes the first. Empty: none
  bool is_impossible = false;        // SQuAD 2.0: the context does not answer the question
};

// Whether the first answer's text stands in the words of the context that its offset points at,
// white space apart: HF's test of what can be trained on. True where there is no answer.
[[nodiscard]] bool AnswerStandsInContext(const SquadExample& example);

}  // namespace sparsweep::core
