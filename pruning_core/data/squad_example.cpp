#include "pruning_core/data/squad_example.h"

#include <string_view>

#include "pruning_core/data/code_points.h"
#include "pruning_core/tokenizer/code_point_classes.h"

namespace sparsweep::core {
namespace {

// What separates words in HF's reader of SQuAD.
bool IsGap(char32_t c) {
  return c == U' ' || c == U'\t' || c == U'\r' || c == U'\n' || c == 0x202F;
}

// `text` with every run of gaps as one space, none at the ends.
template <typename Gap>
std::u32string Words(std::u32string_view text, const Gap& is_gap) {
  std::u32string words;
  for (const char32_t c : text) {
    if (!is_gap(c)) {
      words.push_back(c);
    } else if (!words.empty() && words.back() != U' ') {
      words.push_back(U' ');
    }
  }
  if (!words.empty() && words.back() == U' ') words.pop_back();
  return words;
}

}  // namespace

bool AnswerStandsInContext(const SquadExample& example) {
  if (example.is_impossible || example.answers.empty()) return true;
  const std::u32string context = Decoded(*example.context);
  const std::u32string answer = Decoded(example.answers[0].text);
  size_t begin = example.answers[0].start;
  size_t end = begin + answer.size();
  if (answer.empty() || end > context.size()) return false;
  // A gap counts to the word before it.
  while (begin > 0 && IsGap(context[begin])) --begin;
  while (begin > 0 && !IsGap(context[begin - 1])) --begin;
  while (end < context.size() && !IsGap(context[end - 1]) && !IsGap(context[end])) ++end;
  const std::u32string there =
      Words(std::u32string_view(context).substr(begin, end - begin), IsGap);
  return there.find(Words(answer, IsBertWhiteSpace)) != std::u32string::npos;
}

}  // namespace sparsweep::core
