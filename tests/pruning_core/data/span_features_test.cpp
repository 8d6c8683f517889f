#include "pruning_core/data/span_features.h"

#include "gmock/gmock.h"
#include "tests/pruning_core/data/expect_user_error.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

WordPieceTokenizer Tokenizer() {
  std::vector<std::string> pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]"};
  for (char c = 'a'; c <= 'z'; ++c) pieces.emplace_back(1, c);  // a = 4, …
  return {Vocabulary(std::move(pieces)), TokenizerConfig()};
}

std::shared_ptr<const std::string> Context(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

// Context "a b c …": token i is at character 2 i.
SquadExample Example(uint32_t tokens, std::vector<SquadAnswer> answers = {}) {
  std::string context;
  for (uint32_t i = 0; i < tokens; ++i) {
    context += std::string(i == 0 ? "" : " ") + static_cast<char>('a' + i % 26);
  }
  return {"id", "q", Context(context), std::move(answers), false};
}

// [CLS] q [SEP] and [SEP] leave room for max_length - 4.
std::vector<SpanFeature> Features(const SquadExample& example, uint32_t max_length,
                                  uint32_t stride) {
  return MakeSpanFeatures(example, 7, Tokenizer(), {max_length, stride});
}

std::vector<TokenSpan> Answers(const std::vector<SpanFeature>& features) {
  std::vector<TokenSpan> answers;
  for (const SpanFeature& feature : features) answers.push_back(feature.answer);
  return answers;
}

TEST(SpanFeatures, OneWindowHoldsAShortContext) {
  const auto features = Features(Example(3), 10, 4);
  ASSERT_EQ(features.size(), 1u);
  const SpanFeature& feature = features[0];
  EXPECT_EQ(feature.example, 7u);
  EXPECT_THAT(feature.encoding.ids, ElementsAre(2, 20, 3, 4, 5, 6, 3));
  EXPECT_EQ(feature.encoding.second_begin, 3u);
  EXPECT_EQ(feature.first_context_token, 3u);
  EXPECT_EQ(feature.last_context_token, 5u);
  EXPECT_THAT(feature.offsets,
              ElementsAre(CharacterRange{0, 1}, CharacterRange{2, 3}, CharacterRange{4, 5}));
  EXPECT_THAT(feature.max_context, ElementsAre(true, true, true));
  EXPECT_EQ(feature.answer, (TokenSpan{0, 0}));
}

TEST(SpanFeatures, WindowsShareTheStrideAndEndWithTheContext) {
  const auto features = Features(Example(8), 9, 2);  // room for 5: 0-4, 3-7
  ASSERT_EQ(features.size(), 2u);
  EXPECT_THAT(features[0].encoding.ids, ElementsAre(2, 20, 3, 4, 5, 6, 7, 8, 3));
  EXPECT_THAT(features[1].encoding.ids, ElementsAre(2, 20, 3, 7, 8, 9, 10, 11, 3));
  EXPECT_EQ(features[1].offsets.front(), (CharacterRange{6, 7}));
  EXPECT_EQ(Features(Example(9), 9, 2).size(), 3u);
  EXPECT_EQ(Features(Example(5), 9, 2).size(), 1u);
  EXPECT_EQ(Features(Example(6), 9, 2).back().encoding.ids.size(), 7u);
}

TEST(SpanFeatures, MaxContextGoesToTheWindowWithMoreOnTheShorterSide) {
  // Token 3 has one token right of it in the first window and none left of it in the second.
  const auto features = Features(Example(8), 9, 2);
  EXPECT_THAT(features[0].max_context, ElementsAre(true, true, true, true, false));
  EXPECT_THAT(features[1].max_context, ElementsAre(false, true, true, true, true));
}

TEST(SpanFeatures, OfEquallyGoodWindowsTheFirstAndLongerHasIt) {
  // 0-4 and 2-6: token 3 has one token on its shorter side in both.
  const auto features = Features(Example(7), 9, 3);
  EXPECT_THAT(features[0].max_context, ElementsAre(true, true, true, true, false));
  EXPECT_THAT(features[1].max_context, ElementsAre(false, false, true, true, true));
}

TEST(SpanFeatures, AMuchLongerWindowMakesUpForLessContext) {
  // 0-199 and 190-204: token 195 has four tokens on its shorter side in the first, five in the
  // second.
  const auto features = Features(Example(205), 204, 10);
  ASSERT_EQ(features.size(), 2u);
  EXPECT_TRUE(features[0].max_context[195]);
  EXPECT_FALSE(features[1].max_context[5]);
}

TEST(SpanFeatures, TheAnswerHasPositionsInEachWindowThatHoldsAllOfIt) {
  // Tokens 3 and 4: at the end of the first window, at the beginning of the second.
  EXPECT_THAT(Answers(Features(Example(8, {{"d e", 6}}), 9, 2)),
              ElementsAre(TokenSpan{6, 7}, TokenSpan{3, 4}));
  // Tokens 4 and 5: the first window has only one of them.
  EXPECT_THAT(Answers(Features(Example(8, {{"e f", 8}}), 9, 2)),
              ElementsAre(TokenSpan{0, 0}, TokenSpan{4, 5}));
  // The last token of a window alone.
  EXPECT_THAT(Answers(Features(Example(8, {{"e", 8}}), 9, 2)),
              ElementsAre(TokenSpan{7, 7}, TokenSpan{4, 4}));
}

TEST(SpanFeatures, TrainingTakesTheFirstAnswer) {
  EXPECT_THAT(Answers(Features(Example(3, {{"b", 2}, {"c", 4}}), 10, 4)),
              ElementsAre(TokenSpan{4, 4}));
  SquadExample impossible = Example(3, {{"b", 2}});
  impossible.is_impossible = true;
  EXPECT_THAT(Answers(Features(impossible, 10, 4)), ElementsAre(TokenSpan{0, 0}));
}

TEST(SpanFeatures, AnAnswerInsideAWordTakesTheWholeToken) {
  SquadExample example{"id", "q", Context("abc d"), {{"b", 1}}, false};
  const WordPieceTokenizer tokenizer(
      Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "abc", "d", "q"}), TokenizerConfig());
  const auto features = MakeSpanFeatures(example, 0, tokenizer, {});
  ASSERT_EQ(features.size(), 1u);
  EXPECT_EQ(features[0].answer, (TokenSpan{3, 3}));
}

TEST(SpanFeatures, AnAnswerOfOneCharacterWithSeveralTokensTakesThemAll) {
  // A Hangul syllable and the three letters it comes apart into.
  const SquadExample example{"id", "q", Context("\uAC01"), {{"\uAC01", 0}}, false};
  const WordPieceTokenizer tokenizer(
      Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "\u1100", "##\u1161", "##\u11A8", "q"}),
      TokenizerConfig());
  const auto features = MakeSpanFeatures(example, 0, tokenizer, {});
  EXPECT_THAT(features.at(0).encoding.ids, ElementsAre(2, 7, 3, 4, 5, 6, 3));
  EXPECT_EQ(features.at(0).answer, (TokenSpan{3, 5}));
}

TEST(SpanFeatures, LongQuestionsAreCut) {
  SquadExample example = Example(2);
  example.question = "x y z x y z";
  const auto features = MakeSpanFeatures(example, 0, Tokenizer(), {20, 4, 2});
  EXPECT_THAT(features.at(0).encoding.ids, ElementsAre(2, 27, 28, 3, 4, 5, 3));
}

TEST(SpanFeatures, AContextWithoutTokensHasNone) {
  SquadExample example = Example(0);
  example.context = Context(" \n");
  EXPECT_THAT(Features(example, 10, 2), IsEmpty());
}

TEST(SpanFeatures, AStrideWithoutRoomToMoveIsRefused) {
  EXPECT_EQ(Features(Example(4), 8, 4).size(), 1u);
  ExpectUserError([] { static_cast<void>(Features(Example(5), 8, 4)); }, "BAD_STRIDE",
                  "task.stride: 4 tokens, but beside a question of 1 tokens a window of max_length "
                  "8 has room for 4 of the context");
  ExpectUserError([] { static_cast<void>(Features(Example(5), 3, 0)); }, "BAD_STRIDE",
                  "has room for 0 of the context");
}

}  // namespace
}  // namespace sparsweep::core
