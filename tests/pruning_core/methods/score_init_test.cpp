#include "pruning_core/methods/score_init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

std::vector<float> Scores(const ScoreInit& init, const char* name = "first", int64_t inputs = 64) {
  std::vector<float> scores(20000);
  FillScores(init, name, inputs, scores);
  return scores;
}

// Uniform over (-half, half): the ends are reached nearly, mean and variance are right.
void ExpectUniform(const std::vector<float>& scores, double half) {
  double sum = 0, squares = 0;
  for (const float score : scores) {
    ASSERT_LE(std::abs(score), half);
    sum += score;
    squares += double{score} * score;
  }
  const auto n = static_cast<double>(scores.size());
  EXPECT_NEAR(sum / n, 0.0, 0.02 * half);
  EXPECT_NEAR(squares / n, half * half / 3.0, 0.02 * half * half);
  EXPECT_GT(*std::max_element(scores.begin(), scores.end()), 0.999 * half);
  EXPECT_LT(*std::min_element(scores.begin(), scores.end()), -0.999 * half);
}

TEST(ScoreInit, ConstantIsTheScale) {
  EXPECT_THAT(Scores({ScoreDistribution::kConstant, 2.197, 1}), testing::Each(2.197F));
}

TEST(ScoreInit, UniformFillsPlusMinusItsScale) {
  ExpectUniform(Scores({ScoreDistribution::kUniform, 0.25, 1}), 0.25);
}

// a = √5: gain √(2/6), bound gain·√(3/in) = 1/√in.
TEST(ScoreInit, KaimingBoundIsOneOverTheRootOfTheInputs) {
  ExpectUniform(Scores({ScoreDistribution::kKaimingUniform, 0, 1}, "first", 64), 0.125);
  ExpectUniform(Scores({ScoreDistribution::kKaimingUniform, 0, 1}, "first", 3072),
                1.0 / std::sqrt(3072.0));
}

TEST(ScoreInit, DependsOnSeedNameAndPositionOnly) {
  const ScoreInit init{ScoreDistribution::kUniform, 1.0, 4};
  const std::vector<float> scores = Scores(init);
  EXPECT_EQ(scores, Scores(init));
  EXPECT_NE(scores, Scores(init, "second"));
  EXPECT_NE(scores, Scores({ScoreDistribution::kUniform, 1.0, 5}));
  std::vector<float> part(10);
  FillScores(init, "first", 64, part);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), scores.begin()));
}

TEST(ScoreInit, DefaultsAreThoseOfTheMethods) {
  contract::PruningSpec spec;
  spec.method = "soft_movement";
  EXPECT_EQ(MakeScoreInit(spec, 3).scale, 0.0);
  EXPECT_EQ(MakeScoreInit(spec, 3).seed, 3u);
  spec.method = "l0";
  EXPECT_EQ(MakeScoreInit(spec, 3).scale, 2.197);
  spec.score_init_scale = 0.5;
  EXPECT_EQ(MakeScoreInit(spec, 3).scale, 0.5);
  spec.score_init = "kaiming_unifrom";
  try {
    static_cast<void>(MakeScoreInit(spec, 3));
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(error.field(), "pruning.score_init");
    EXPECT_THAT(error.message(), testing::HasSubstr("did you mean 'kaiming_uniform'"));
  }
}

}  // namespace
}  // namespace sparsweep::core
