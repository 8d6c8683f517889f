#include "pruning_core/eval/span_decoder.h"

#include <utility>

#include "gtest/gtest.h"

namespace sparsweep::core {
namespace {

// [CLS] q [SEP] and five words of the context from `first` on, [SEP]: context positions 3 to 7.
constexpr uint32_t kFirst = 3;
constexpr uint32_t kTokens = 9;

SpanFeature Window(uint32_t first_word) {
  SpanFeature feature;
  feature.encoding.ids.assign(kTokens, 0);
  feature.first_context_token = kFirst;
  feature.last_context_token = kFirst + 4;
  for (uint32_t i = 0; i < 5; ++i) {
    feature.offsets.push_back({3 * (first_word + i), 3 * (first_word + i) + 2});
    feature.max_context.push_back(true);
  }
  return feature;
}

SquadExample Example() {
  SquadExample example;
  example.context = std::make_shared<const std::string>("é0 é1 é2 é3 é4 é5 é6 é7 é8 é9");
  return example;
}

// [S, 2] with zeros but for the given (position, logit).
std::vector<float> Logits(const std::vector<std::pair<uint32_t, float>>& starts,
                          const std::vector<std::pair<uint32_t, float>>& ends,
                          uint32_t tokens = kTokens) {
  std::vector<float> logits(size_t{2} * tokens);
  for (const auto& [position, logit] : starts) logits[size_t{2} * position] = logit;
  for (const auto& [position, logit] : ends) logits[size_t{2} * position + 1] = logit;
  return logits;
}

std::string Decoded(const std::vector<SpanFeature>& features,
                    const std::vector<std::vector<float>>& logits,
                    const SpanDecoding& options = {}) {
  const std::vector<SquadExample> examples{Example()};
  SpanDecoder decoder(examples, features, options);
  for (uint32_t row = 0; row < features.size(); ++row) decoder.Add(row, logits[row]);
  return decoder.Answers().at(0);
}

TEST(SpanDecoder, TakesTheTextBetweenTheBestStartAndEnd) {
  EXPECT_EQ(Decoded({Window(0)}, {Logits({{4, 5}}, {{6, 5}})}), "é1 é2 é3");
}

TEST(SpanDecoder, IgnoresWhatLiesOutsideTheContext) {
  EXPECT_EQ(Decoded({Window(0)}, {Logits({{1, 9}, {8, 9}, {4, 5}}, {{2, 9}, {8, 9}, {5, 5}})}),
            "é1 é2");
}

TEST(SpanDecoder, AnEndBeforeTheStartIsNoAnswer) {
  EXPECT_EQ(Decoded({Window(0)}, {Logits({{6, 5}, {3, 1}}, {{4, 5}})}), "é0 é1");
  EXPECT_EQ(Decoded({Window(0)}, {Logits({{5, 5}, {3, 1}}, {{4, 5}})}), "é0 é1");
}

TEST(SpanDecoder, KeepsTheLongestAnswerAllowed) {
  const auto logits = Logits({{3, 5}}, {{7, 5}, {6, 2}});
  EXPECT_EQ(Decoded({Window(0)}, {logits}, {.max_answer_length = 5}), "é0 é1 é2 é3 é4");
  EXPECT_EQ(Decoded({Window(0)}, {logits}, {.max_answer_length = 4}), "é0 é1 é2 é3");
}

TEST(SpanDecoder, PairsTheBestOfEachOnly) {
  // With one start and one end to look at, (6, 4) is no answer and nothing else is tried.
  const auto logits = Logits({{6, 5}, {3, 1}}, {{4, 5}});
  EXPECT_EQ(Decoded({Window(0)}, {logits}, {.n_best = 1}), "");
}

TEST(SpanDecoder, AStartCountsWhereItHasTheMostContext) {
  SpanFeature without = Window(0);
  without.max_context[1] = false;
  const auto logits = Logits({{4, 5}, {5, 1}}, {{6, 5}});
  EXPECT_EQ(Decoded({without}, {logits}), "é2 é3");
}

TEST(SpanDecoder, TheBestOfAllWindowsWins) {
  const auto weak = Logits({{4, 5}}, {{4, 5}});
  const auto strong = Logits({{7, 5}}, {{7, 6}});
  EXPECT_EQ(Decoded({Window(0), Window(5)}, {weak, strong}), "é9");
  EXPECT_EQ(Decoded({Window(0), Window(5)}, {strong, weak}), "é4");
}

TEST(SpanDecoder, OfEqualPairsTheEarlierRowCountsWhateverTheOrder) {
  const std::vector<SquadExample> examples{Example()};
  const std::vector<SpanFeature> features{Window(0), Window(5)};
  const auto logits = Logits({{4, 5}}, {{4, 5}});
  SpanDecoder decoder(examples, features, {});
  decoder.Add(1, logits);
  decoder.Add(0, logits);
  EXPECT_EQ(decoder.Answers().at(0), "é1");
}

TEST(SpanDecoder, PaddingTakesNoPart) {
  // 20 pad positions with large logits would fill the n_best.
  std::vector<std::pair<uint32_t, float>> pads;
  for (uint32_t i = 0; i < 20; ++i) pads.emplace_back(kTokens + i, 9);
  auto starts = pads;
  auto ends = pads;
  starts.emplace_back(4, 5);
  ends.emplace_back(5, 5);
  EXPECT_EQ(Decoded({Window(0)}, {Logits(starts, ends, kTokens + 20)}), "é1 é2");
}

TEST(SpanDecoder, NoAnswerWinsByMoreThanTheThreshold) {
  const auto logits = Logits({{0, 6}, {4, 5}}, {{0, 6}, {5, 5}});  // 12 against 10
  SpanDecoding options;
  EXPECT_EQ(Decoded({Window(0)}, {logits}, options), "é1 é2");
  options.allow_no_answer = true;
  EXPECT_EQ(Decoded({Window(0)}, {logits}, options), "");
  options.null_score_threshold = 2;
  EXPECT_EQ(Decoded({Window(0)}, {logits}, options), "é1 é2");
}

TEST(SpanDecoder, TheSmallestNullScoreOfAllWindowsStands) {
  const auto sure = Logits({{0, 6}}, {{0, 6}});
  const auto found = Logits({{4, 5}}, {{4, 5}});  // its own null score is 0
  EXPECT_EQ(Decoded({Window(0), Window(5)}, {sure, found}, {.allow_no_answer = true}), "é6");
}

TEST(SpanDecoder, AnExampleWithoutWindowsHasAnEmptyAnswer) {
  const std::vector<SquadExample> examples{Example()};
  const SpanDecoder decoder(examples, {}, {});
  EXPECT_EQ(decoder.Answers(), std::vector<std::string>{""});
}

TEST(CodePoints, EndsWithTheText) {
  EXPECT_EQ(CodePoints("aé漢😀b", {1, 4}), "é漢😀");
  EXPECT_EQ(CodePoints("aé", {1, 9}), "é");
  EXPECT_EQ(CodePoints("aé", {5, 9}), "");
}

}  // namespace
}  // namespace sparsweep::core
