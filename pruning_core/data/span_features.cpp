#include "pruning_core/data/span_features.h"

#include <algorithm>
#include <optional>
#include <span>

#include "fmt/format.h"
#include "pruning_core/data/code_points.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr uint32_t kSpecials = 3;  // [CLS] and two [SEP]

// Tokens of the context that a window shows.
struct Window {
  uint32_t begin = 0;
  uint32_t end = 0;  // not included

  [[nodiscard]] uint32_t size() const { return end - begin; }
};

std::vector<Window> CutWindows(uint32_t tokens, uint32_t question_tokens,
                               const SpanOptions& options) {
  const uint32_t room =
      options.max_length - std::min(options.max_length, question_tokens + kSpecials);
  if (tokens > room && options.stride >= room) {
    throw UserError(
        "BAD_STRIDE", "task.stride", std::to_string(options.stride),
        fmt::format("task.stride: {} tokens, but beside a question of {} tokens a window of "
                    "max_length {} has room for {} of the context; give a smaller stride or a "
                    "larger max_length",
                    options.stride, question_tokens, options.max_length, room));
  }
  std::vector<Window> windows;
  for (uint32_t begin = 0; begin < tokens; begin += room - options.stride) {
    windows.push_back({begin, std::min(begin + room, tokens)});
    if (windows.back().end == tokens) break;
  }
  return windows;
}

// The window that shows a token best: by the context on its shorter side, and a little by the
// window's length; the first of equals. Each window's bit is set for the tokens it shows best.
std::vector<std::vector<bool>> MaxContext(const std::vector<Window>& windows) {
  constexpr double kPerToken = 0.01;
  std::vector<double> best(windows.empty() ? 0 : windows.back().end, -1);
  std::vector<size_t> owner(best.size());
  for (size_t w = 0; w < windows.size(); ++w) {
    const Window& window = windows[w];
    for (uint32_t token = window.begin; token < window.end; ++token) {
      const uint32_t shorter = std::min(token - window.begin, window.end - 1 - token);
      const double score = shorter + kPerToken * window.size();
      if (score <= best[token]) continue;
      best[token] = score;
      owner[token] = w;
    }
  }
  std::vector<std::vector<bool>> shown(windows.size());
  for (size_t w = 0; w < windows.size(); ++w) {
    for (uint32_t token = windows[w].begin; token < windows[w].end; ++token) {
      shown[w].push_back(owner[token] == w);
    }
  }
  return shown;
}

std::optional<CharacterRange> FirstAnswer(const SquadExample& example) {
  if (example.is_impossible || example.answers.empty()) return std::nullopt;
  const SquadAnswer& answer = example.answers[0];
  return CharacterRange{answer.start, answer.start + CodePoints(answer.text)};
}

// Positions from the first token that ends behind the answer's last character back to the last that
// begins before its first.
TokenSpan AnswerIn(std::span<const CharacterRange> offsets, uint32_t first_context_token,
                   const std::optional<CharacterRange>& answer) {
  if (!answer || offsets.front().begin > answer->begin || offsets.back().end < answer->end) {
    return {};
  }
  const auto start = std::ranges::upper_bound(offsets, answer->begin, {}, &CharacterRange::begin);
  const auto end = std::ranges::lower_bound(offsets, answer->end, {}, &CharacterRange::end);
  const auto first = static_cast<uint32_t>(start - offsets.begin()) - 1;
  const auto last = static_cast<uint32_t>(end - offsets.begin());
  // One character may have come apart into several tokens; then `first` is the last of them.
  const auto [low, high] = std::minmax(first, last);
  return {first_context_token + low, first_context_token + high};
}

Encoding Encode(std::span<const int32_t> question, std::span<const int32_t> context,
                const WordPieceTokenizer& tokenizer) {
  Encoding encoding;
  encoding.ids.reserve(question.size() + context.size() + kSpecials);
  encoding.ids.push_back(tokenizer.classify_id());
  encoding.ids.insert(encoding.ids.end(), question.begin(), question.end());
  encoding.ids.push_back(tokenizer.separate_id());
  encoding.second_begin = encoding.ids.size();
  encoding.ids.insert(encoding.ids.end(), context.begin(), context.end());
  encoding.ids.push_back(tokenizer.separate_id());
  return encoding;
}

}  // namespace

std::vector<SpanFeature> MakeSpanFeatures(const SquadExample& example, uint32_t index,
                                          const WordPieceTokenizer& tokenizer,
                                          const SpanOptions& options) {
  std::vector<int32_t> question = tokenizer.Tokenize(example.question);
  question.resize(std::min<size_t>(question.size(), options.max_query_length));
  const Tokens context = tokenizer.TokenizeWithOffsets(*example.context);
  const std::vector<Window> windows = CutWindows(static_cast<uint32_t>(context.ids.size()),
                                                 static_cast<uint32_t>(question.size()), options);
  std::vector<std::vector<bool>> max_context = MaxContext(windows);
  const auto answer = FirstAnswer(example);
  std::vector<SpanFeature> features;
  features.reserve(windows.size());
  for (size_t w = 0; w < windows.size(); ++w) {
    const Window& window = windows[w];
    const auto ids = std::span(context.ids).subspan(window.begin, window.size());
    const auto offsets = std::span(context.offsets).subspan(window.begin, window.size());
    SpanFeature feature;
    feature.example = index;
    feature.encoding = Encode(question, ids, tokenizer);
    feature.first_context_token = static_cast<uint32_t>(feature.encoding.second_begin);
    feature.last_context_token = feature.first_context_token + window.size() - 1;
    feature.offsets.assign(offsets.begin(), offsets.end());
    feature.max_context = std::move(max_context[w]);
    feature.answer = AnswerIn(offsets, feature.first_context_token, answer);
    features.push_back(std::move(feature));
  }
  return features;
}

}  // namespace sparsweep::core
