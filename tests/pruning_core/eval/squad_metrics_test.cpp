#include "pruning_core/eval/squad_metrics.h"

#include <vector>

#include "gtest/gtest.h"
#include "pruning_core/eval/python_text.h"
#include "pruning_core/eval/squad_score.h"

namespace sparsweep::core {
namespace {

using Texts = std::vector<std::string>;
using enum SquadRules;

TEST(PythonText, LowersWithFullMappingsAndFinalSigma) {
  EXPECT_EQ(PythonLower("ÀÉ ΣΊΣΥΦΟΣ"), "àé σίσυφος");
  EXPECT_EQ(PythonLower("\u0130"), "i\u0307");
}

TEST(PythonText, SplitsAtWhatPythonCallsSpace) {
  EXPECT_EQ(PythonSplit("\u00A0 a\u2003b\x1C\x63\u3000"),
            (std::vector<std::string_view>{"a", "b", "c"}));
  // The zero-width space and joiner are none.
  EXPECT_EQ(PythonSplit("a\u200Bb"), (std::vector<std::string_view>{"a\u200Bb"}));
  EXPECT_TRUE(PythonSplit(" \t").empty());
}

TEST(NormalizeAnswer, DropsCasePunctuationArticlesAndSpace) {
  EXPECT_EQ(NormalizeAnswer("  The\tU.S.  Army, an  A-team! "), "us army ateam");
  EXPECT_EQ(NormalizeAnswer("a an the"), "");
  EXPECT_EQ(NormalizeAnswer("theatre than ana"), "theatre than ana");
}

TEST(NormalizeAnswer, KeepsPunctuationBeyondAscii) {
  EXPECT_EQ(NormalizeAnswer("“the” end—a"), "“ ” end—");
}

// Python's \b sees letters and numbers; a combining mark ends a word.
TEST(NormalizeAnswer, ArticlesEndWherePythonSeesAWordEnd) {
  EXPECT_EQ(NormalizeAnswer("a\u00E9"), "a\u00E9");
  EXPECT_EQ(NormalizeAnswer("a\u00BD"), "a\u00BD");
  EXPECT_EQ(NormalizeAnswer("a\u0301"), "\u0301");
}

TEST(NormalizeAnswer, PunctuationGoesBeforeArticles) { EXPECT_EQ(NormalizeAnswer("t.h.e"), ""); }

TEST(ScoreAnswer, TakesTheBestOfSeveralAnswers) {
  const Texts answers{"Santa Clara, California", "Levi's Stadium in Santa Clara",
                      "the Santa Clara"};
  const AnswerScore exact = ScoreAnswer("Santa Clara", answers, kVersion1);
  EXPECT_EQ(exact.exact_match, 1);
  EXPECT_EQ(exact.f1, 1);
  const AnswerScore part = ScoreAnswer("Stadium", Texts{"x", "Levi's Stadium"}, kVersion1);
  EXPECT_EQ(part.exact_match, 0);
  EXPECT_DOUBLE_EQ(part.f1, 2.0 / 3);
}

TEST(ScoreAnswer, CountsARepeatedWordAsOftenAsBothHaveIt) {
  // 2 of 3 predicted words, 2 of 4 true ones.
  EXPECT_DOUBLE_EQ(ScoreAnswer("b b b", Texts{"b b c d"}, kVersion1).f1,
                   2 * (2.0 / 3) * 0.5 / (2.0 / 3 + 0.5));
}

TEST(ScoreAnswer, EmptyTextsMatchExactlyUnderVersion1ButHaveNoF1) {
  const AnswerScore score = ScoreAnswer("", Texts{"The"}, kVersion1);
  EXPECT_EQ(score.exact_match, 1);
  EXPECT_EQ(score.f1, 0);
  EXPECT_EQ(ScoreAnswer("", Texts{}, kVersion1).exact_match, 0);
}

TEST(ScoreAnswer, Version2WantsAnEmptyAnswerWhereThereIsNone) {
  for (const Texts& answers : {Texts{}, Texts{"The"}, Texts{"", "!"}}) {
    EXPECT_EQ(ScoreAnswer("", answers, kVersion2).exact_match, 1);
    EXPECT_EQ(ScoreAnswer("an", answers, kVersion2).f1, 1);
    EXPECT_EQ(ScoreAnswer("word", answers, kVersion2).exact_match, 0);
    EXPECT_EQ(ScoreAnswer("word", answers, kVersion2).f1, 0);
  }
  // One that comes out empty does not count beside another.
  EXPECT_EQ(ScoreAnswer("", Texts{"The", "word"}, kVersion2).exact_match, 0);
}

SquadExample Question(const Texts& answers) {
  SquadExample example;
  for (const std::string& text : answers) example.answers.push_back({text, 0});
  example.is_impossible = answers.empty();
  return example;
}

TEST(SquadScore, AMissingPredictionCountsZero) {
  SquadScore score(kVersion2);
  score.Add("word", Question(Texts{"word"}));
  score.Add(std::nullopt, Question(Texts{"word"}));
  score.Add("", Question(Texts{}));
  score.Add(std::nullopt, Question(Texts{}));
  EXPECT_EQ(score.All().questions, 4U);
  EXPECT_DOUBLE_EQ(score.All().ExactMatch(), 0.5);
  EXPECT_DOUBLE_EQ(score.answerable().F1(), 0.5);
  EXPECT_DOUBLE_EQ(score.unanswerable().F1(), 0.5);
}

TEST(SquadScore, OneImpossibleQuestionBringsTheRulesOf2) {
  const std::vector<SquadExample> old{Question({"a"}), Question({"b"})};
  const std::vector<SquadExample> newer{Question({"a"}), Question({})};
  EXPECT_EQ(RulesOf(old), kVersion1);
  EXPECT_EQ(RulesOf(newer), kVersion2);
}

TEST(SquadScore, IsZeroOfNoQuestions) {
  const SquadScore score(kVersion1);
  EXPECT_EQ(score.All().ExactMatch(), 0);
  EXPECT_EQ(score.All().F1(), 0);
}

}  // namespace
}  // namespace sparsweep::core
