#include "pruning_core/eval/squad_metrics.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "pruning_core/eval/python_text.h"

namespace sparsweep::core {
namespace {

// string.punctuation.
bool IsPunctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

bool IsArticle(std::string_view word) { return word == "a" || word == "an" || word == "the"; }

// re.sub(r"\b(a|an|the)\b", " ", text): articles are whole runs of word characters.
std::string WithoutArticles(std::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto length = static_cast<int64_t>(text.size());
  std::string kept;
  std::string_view word;
  const auto end_word = [&] {
    kept += IsArticle(word) ? " " : word;
    word = {};
  };
  for (int64_t i = 0; i < length;) {
    const auto begin = static_cast<size_t>(i);
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, i, length, c);
    const auto size = static_cast<size_t>(i) - begin;
    if (IsPythonWord(static_cast<char32_t>(c))) {
      word = text.substr(begin - word.size(), word.size() + size);
    } else {
      end_word();
      kept += text.substr(begin, size);
    }
  }
  end_word();
  return kept;
}

double F1(std::string_view prediction, std::string_view answer, SquadRules rules) {
  const std::vector<std::string_view> predicted = PythonSplit(prediction);
  const std::vector<std::string_view> wanted = PythonSplit(answer);
  if (rules == SquadRules::kVersion2 && (predicted.empty() || wanted.empty())) {
    return predicted.empty() && wanted.empty() ? 1 : 0;
  }
  std::unordered_map<std::string_view, int64_t> left;
  for (const std::string_view word : wanted) ++left[word];
  const auto same =
      static_cast<double>(std::ranges::count_if(predicted, [&](std::string_view word) {
        const auto found = left.find(word);
        return found != left.end() && found->second-- > 0;
      }));
  if (same == 0) return 0;
  const double precision = same / static_cast<double>(predicted.size());
  const double recall = same / static_cast<double>(wanted.size());
  return 2 * precision * recall / (precision + recall);
}

}  // namespace

std::string NormalizeAnswer(std::string_view utf8) {
  std::string text = PythonLower(utf8);
  std::erase_if(text, IsPunctuation);
  const std::string kept = WithoutArticles(text);
  std::string joined;
  for (const std::string_view word : PythonSplit(kept)) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

AnswerScore ScoreAnswer(std::string_view prediction, std::span<const std::string> answers,
                        SquadRules rules) {
  const std::string predicted = NormalizeAnswer(prediction);
  AnswerScore best;
  bool any = false;
  const auto compare = [&](std::string_view answer) {
    any = true;
    best.exact_match = std::max(best.exact_match, predicted == answer ? 1.0 : 0.0);
    best.f1 = std::max(best.f1, F1(predicted, answer, rules));
  };
  for (const std::string& text : answers) {
    const std::string answer = NormalizeAnswer(text);
    if (rules == SquadRules::kVersion1 || !answer.empty()) compare(answer);
  }
  if (!any && rules == SquadRules::kVersion2) compare("");
  return best;
}

}  // namespace sparsweep::core
