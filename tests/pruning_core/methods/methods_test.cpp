#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/methods/ranking.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

std::unique_ptr<PruningMethod> Make(const std::string& method, const std::string& numerics,
                                    const std::string& selection = "local") {
  contract::PruningSpec spec;
  spec.method = method;
  spec.numerics = numerics;
  spec.selection = selection;
  return MakePruningMethod(spec);
}

// Ones per matrix after a selection.
std::vector<int64_t> Kept(PruningMethod& method, const Moment& moment,
                          const std::vector<std::vector<float>>& weights,
                          const std::vector<std::vector<float>>& scores) {
  std::vector<MatrixView> views;
  std::vector<BitMask> masks;
  for (size_t m = 0; m < weights.size(); ++m) {
    views.push_back({"matrix", weights[m], scores[m]});
    masks.emplace_back(static_cast<int64_t>(weights[m].size()), true);
  }
  method.Select(moment, views, masks);
  std::vector<int64_t> ones;
  for (const BitMask& mask : masks) ones.push_back(mask.Ones());
  return ones;
}

std::vector<float> Ramp(size_t size, float first, float step) {
  std::vector<float> values(size);
  for (size_t i = 0; i < size; ++i) values[i] = first + step * static_cast<float>(i);
  return values;
}

TEST(Ranking, TruncatesTheDoubleProduct) {
  EXPECT_EQ(KeptOf(0.15, 1024), 153);
  EXPECT_EQ(KeptOf(0.29, 100), 28);  // 28.999999999999996
  EXPECT_EQ(KeptOf(1.0, 1024), 1024);
  EXPECT_EQ(FloorOf(1024), 6);
  EXPECT_EQ(FloorOf(1000), 6);
}

TEST(Magnitude, RanksByWeightAndIgnoresScores) {
  const auto method = Make("magnitude", "standard");
  EXPECT_FALSE(method->has_scores());
  const std::vector<float> weights{0.1F, -5.0F, 0.2F, 3.0F};
  const MatrixView view{"matrix", weights, {}};
  BitMask mask(4);
  method->Select({0, 0.5, false}, std::span(&view, 1), std::span(&mask, 1));
  EXPECT_EQ(mask.bytes()[0], 0b1010);
}

TEST(Movement, KeepsItsShareOfEveryMatrixLocally) {
  const auto method = Make("movement", "standard");
  const std::vector<std::vector<float>> scores{Ramp(1000, 0, 1), Ramp(200, -5000, 1)};
  EXPECT_EQ(Kept(*method, {0, 0.1, false}, scores, scores), (std::vector<int64_t>{100, 20}));
}

TEST(Movement, GlobalSelectionIsExactAndKeepsTheFloor) {
  const auto method = Make("movement", "standard", "global");
  const std::vector<std::vector<float>> scores{Ramp(1000, 0, 1), Ramp(1000, -5000, 1)};
  EXPECT_EQ(Kept(*method, {0, 0.1, false}, scores, scores), (std::vector<int64_t>{194, 6}));
  // Below the floor's own density every matrix keeps its local share.
  EXPECT_EQ(Kept(*method, {0, 0.002, false}, scores, scores), (std::vector<int64_t>{2, 2}));
}

TEST(Movement, ReferenceHoldsTheGlobalThresholdBetweenIntervals) {
  const auto method = Make("movement", "reference", "global");
  const std::vector<std::vector<float>> low{Ramp(1000, 0, 1)};
  const std::vector<std::vector<float>> high{Ramp(1000, 500, 1)};
  const auto kept = [&](int64_t step, double v, const auto& scores, bool last = false) {
    return Kept(*method, {step, v, last}, scores, scores)[0];
  };
  EXPECT_EQ(kept(6, 1.0, low), 1000);   // -100: not computed yet
  EXPECT_EQ(kept(7, 0.5, low), 501);    // first one: trunc(n·v) + 1
  EXPECT_EQ(kept(8, 0.1, high), 1000);  // held, though v fell and all scores rose above it
  EXPECT_EQ(kept(25, 0.1, high), 101);
  EXPECT_EQ(kept(26, 0.05, high), 101);
  EXPECT_EQ(kept(27, 0.05, high, true), 51);  // evaluated
  EXPECT_EQ(method->memory().size(), 1u);
}

TEST(SoftMovement, ComparesScoresWithTheLogitOfTau) {
  for (const char* numerics : {"standard", "reference"}) {
    const auto method = Make("soft_movement", numerics);
    // ln(0.1/0.9) = -2.19722
    std::vector<float> scores(900, -2.197F);
    scores.resize(1000, -2.198F);
    EXPECT_EQ(Kept(*method, {0, 0.1, false}, {scores}, {scores})[0], 900) << numerics;
    EXPECT_EQ(Kept(*method, {0, 0.0, false}, {scores}, {scores})[0], 1000) << numerics;
  }
}

TEST(SoftMovement, ReferenceLosesUnderflownScoresAtTauZero) {
  std::vector<float> scores(1000, 0.0F);
  scores[5] = -90.0F;
  EXPECT_EQ(Kept(*Make("soft_movement", "reference"), {0, 0.0, false}, {scores}, {scores})[0], 999);
  EXPECT_EQ(Kept(*Make("soft_movement", "standard"), {0, 0.0, false}, {scores}, {scores})[0], 1000);
}

TEST(SoftMovement, StandardKeepsTheFloorUnderTies) {
  const std::vector<std::vector<float>> ties{std::vector<float>(1000, -4.0F)};
  EXPECT_EQ(Kept(*Make("soft_movement", "standard"), {0, 0.1, false}, ties, ties)[0], 6);
  EXPECT_EQ(Kept(*Make("soft_movement", "reference"), {0, 0.1, false}, ties, ties)[0], 0);
  const std::vector<std::vector<float>> ramp{Ramp(1000, -2000, 1)};
  EXPECT_EQ(Kept(*Make("soft_movement", "standard"), {0, 0.1, false}, ramp, ramp)[0], 6);
  EXPECT_EQ(Kept(*Make("soft_movement", "reference"), {0, 0.1, false}, ramp, ramp)[0], 6);
}

TEST(Methods, NanNamesTheMatrix) {
  std::vector<std::vector<float>> scores{std::vector<float>(100, 0.0F)};
  scores[0][3] = std::numeric_limits<float>::quiet_NaN();
  for (const char* method : {"magnitude", "movement", "soft_movement", "l0"}) {
    try {
      Kept(*Make(method, "standard"), {7, 0.1, false}, scores, scores);
      FAIL() << method;
    } catch (const NumericError& error) {
      EXPECT_EQ(error.matrix(), "matrix");
      EXPECT_EQ(error.step(), 7);
    }
  }
}

// gW and gS of one slice of four elements, the second masked.
struct Gradients {
  std::vector<float> weight = std::vector<float>(4);
  std::vector<float> score = std::vector<float>(4);
  double penalty = 0;
};
Gradients GradientsOf(const PruningMethod& method, float penalty_weight) {
  static constexpr float kUpstream[] = {1, 2, 3, 4};
  static constexpr float kWeights[] = {5, 6, 7, 8};
  static constexpr float kScores[] = {0, 0, 0, 0};
  static constexpr uint8_t kMask = 0b1101;
  Gradients out;
  method.Gradients({0, 0, 4, kUpstream, kWeights, kScores, &kMask}, out.weight.data(),
                   out.score.data());
  out.penalty = method.AddPenalty(kScores, penalty_weight, 4, out.score.data());
  return out;
}

TEST(Methods, MaskedWeightsGetNoGradientButTheirScoresDo) {
  using testing::ElementsAre;
  for (const char* method : {"magnitude", "movement", "soft_movement"}) {
    const Gradients g = GradientsOf(*Make(method, "standard"), 0.0F);
    EXPECT_THAT(g.weight, ElementsAre(1, 0, 3, 4)) << method;
    if (std::string(method) == "magnitude") continue;
    EXPECT_THAT(g.score, ElementsAre(5, 12, 21, 32)) << method;
  }
  EXPECT_THAT(GradientsOf(*Make("dense", "standard"), 0.0F).weight, ElementsAre(1, 2, 3, 4));
}

TEST(SoftMovement, PenaltyAddsTheSlopeOfTheSigmoid) {
  const Gradients g = GradientsOf(*Make("soft_movement", "standard"), 8.0F);
  EXPECT_THAT(g.score, testing::ElementsAre(7, 14, 23, 34));  // + 8 · 1/4
  EXPECT_DOUBLE_EQ(g.penalty, 2.0);
}

TEST(Methods, OnlyTheReferencesDenseModelTrainsEmbeddings) {
  EXPECT_TRUE(Make("dense", "reference")->trains_embeddings());
  EXPECT_FALSE(Make("dense", "standard")->trains_embeddings());
  EXPECT_FALSE(Make("movement", "reference")->trains_embeddings());
}

TEST(Methods, WhatHasNoMeaningIsTheUsersError) {
  EXPECT_THROW(Make("magnitude", "reference", "global"), UserError);
  try {
    Make("movment", "standard");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_EQ(error.field(), "pruning.method");
    EXPECT_THAT(error.message(), testing::HasSubstr("did you mean 'movement'"));
  }
}

}  // namespace
}  // namespace sparsweep::core
