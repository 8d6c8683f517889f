#include "pruning_core/eval/span_decoder.h"

#include <algorithm>
#include <numeric>

namespace sparsweep::core {
namespace {

// Positions of the `count` largest, largest first. Of equals the later one comes first, as in a
// stable ascending sort read from its end.
std::vector<uint32_t> Largest(std::span<const float> logits, size_t tokens, size_t which,
                              uint32_t count) {
  std::vector<uint32_t> order(tokens);
  std::iota(order.begin(), order.end(), 0U);
  const auto before = [&](uint32_t a, uint32_t b) {
    const float left = logits[2 * size_t{a} + which];
    const float right = logits[2 * size_t{b} + which];
    return left != right ? left > right : a > b;
  };
  const size_t kept = std::min<size_t>(count, tokens);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    before);
  order.resize(kept);
  return order;
}

bool InContext(const SpanFeature& feature, uint32_t position) {
  return position >= feature.first_context_token && position <= feature.last_context_token;
}

}  // namespace

SpanDecoder::SpanDecoder(std::span<const SquadExample> examples,
                         std::span<const SpanFeature> features, const SpanDecoding& options)
    : examples_(examples), features_(features), options_(options), found_(examples.size()) {}

void SpanDecoder::Add(uint32_t row, std::span<const float> logits) {
  const SpanFeature& feature = features_[row];
  Found& found = found_[feature.example];
  const float null_score = logits[0] + logits[1];
  found.null_score = std::min(found.null_score.value_or(null_score), null_score);

  const size_t tokens = feature.encoding.ids.size();
  const std::vector<uint32_t> ends = Largest(logits, tokens, 1, options_.n_best);
  for (const uint32_t start : Largest(logits, tokens, 0, options_.n_best)) {
    if (!InContext(feature, start)) continue;
    const uint32_t first = start - feature.first_context_token;
    if (!feature.max_context[first]) continue;
    for (const uint32_t end : ends) {
      if (!InContext(feature, end) || end < start) continue;
      if (end - start + 1 > options_.max_answer_length) continue;
      const uint32_t last = end - feature.first_context_token;
      const Pair pair{.start = logits[2 * size_t{start}],
                      .end = logits[2 * size_t{end} + 1],
                      .row = row,
                      .text = {feature.offsets[first].begin, feature.offsets[last].end}};
      if (Better(pair, found.best)) found.best = pair;
    }
  }
}

// Within a window the pair that was found first stays ahead of its equals.
bool SpanDecoder::Better(const Pair& pair, const std::optional<Pair>& than) {
  if (!than) return true;
  const float score = pair.start + pair.end;
  const float best = than->start + than->end;
  return score != best ? score > best : pair.row < than->row;
}

std::vector<std::string> SpanDecoder::Answers() const {
  std::vector<std::string> answers;
  answers.reserve(examples_.size());
  for (size_t i = 0; i < examples_.size(); ++i) answers.push_back(Answer(examples_[i], found_[i]));
  return answers;
}

std::string SpanDecoder::Answer(const SquadExample& example, const Found& found) const {
  if (!found.best) return "";
  if (options_.allow_no_answer &&
      *found.null_score - found.best->start - found.best->end > options_.null_score_threshold) {
    return "";
  }
  return std::string(CodePoints(*example.context, found.best->text));
}

std::string_view CodePoints(std::string_view utf8, CharacterRange range) {
  const auto byte_of = [&](uint32_t count, size_t from) {
    for (; count > 0 && from < utf8.size(); --count) {
      ++from;
      while (from < utf8.size() && (static_cast<uint8_t>(utf8[from]) & 0xC0) == 0x80) ++from;
    }
    return from;
  };
  const size_t begin = byte_of(range.begin, 0);
  const size_t end = byte_of(range.end - range.begin, begin);
  return utf8.substr(begin, end - begin);
}

}  // namespace sparsweep::core
