// Exact match and F1 of SQuAD answers by the rules of the official scripts, v1.1 and v2.0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sparsweep::core {

// v2.0 differs from v1.1 where nothing is left of an answer: true answers that come out empty do
// not count, a question without a true answer wants an empty one, and two empty texts have F1 1
// instead of 0.
enum class SquadRules : uint8_t { kVersion1, kVersion2 };

struct AnswerScore {
  double exact_match = 0;  // 0 or 1
  double f1 = 0;           // in [0, 1]
};

// Lower case, then without ASCII punctuation, without the words a, an and the, and with single
// spaces between what str.split() would give.
[[nodiscard]] std::string NormalizeAnswer(std::string_view utf8);

// The best exact match and the best F1 against any of the true answers. Under v1.1 a question
// without a true answer scores 0 (the official script fails on it).
[[nodiscard]] AnswerScore ScoreAnswer(std::string_view prediction,
                                      std::span<const std::string> answers, SquadRules rules);

}  // namespace sparsweep::core
