#include "pruning_core/eval/class_tally.h"

#include <cmath>
#include <initializer_list>
#include <utility>

#include "gtest/gtest.h"

namespace sparsweep::core {
namespace {

// Pairs of prediction and label.
ClassTally Tally(std::initializer_list<std::pair<int32_t, int32_t>> pairs) {
  ClassTally tally;
  for (const auto& [prediction, label] : pairs) tally.Add(prediction, label);
  return tally;
}

TEST(ClassTally, IsZeroBeforeTheFirstExample) {
  const ClassTally tally;
  EXPECT_EQ(tally.Accuracy(), 0);
  EXPECT_EQ(tally.F1(), 0);
  EXPECT_EQ(tally.MacroF1(), 0);
  EXPECT_EQ(tally.Matthews(), 0);
}

// tp 2, fp 1, fn 2, tn 1.
TEST(ClassTally, ScoresTwoClasses) {
  const ClassTally tally = Tally({{1, 1}, {1, 1}, {1, 0}, {0, 1}, {0, 1}, {0, 0}});
  EXPECT_DOUBLE_EQ(tally.Accuracy(), 3.0 / 6);
  EXPECT_DOUBLE_EQ(tally.F1(), 4.0 / 7);
  EXPECT_DOUBLE_EQ(tally.MacroF1(), (4.0 / 7 + 2.0 / 5) / 2);
  EXPECT_DOUBLE_EQ(tally.Matthews(), 0);
}

TEST(ClassTally, MatthewsOfTwoClassesIsPhi) {
  // tp 3, fp 1, fn 2, tn 4.
  const ClassTally tally =
      Tally({{1, 1}, {1, 1}, {1, 1}, {1, 0}, {0, 1}, {0, 1}, {0, 0}, {0, 0}, {0, 0}, {0, 0}});
  EXPECT_DOUBLE_EQ(tally.Matthews(), (3.0 * 4 - 1.0 * 2) / std::sqrt(4.0 * 5 * 5 * 6));
}

TEST(ClassTally, MatthewsTellsWhichOfThreeClassesWasConfused) {
  EXPECT_EQ(Tally({{0, 0}, {1, 1}, {2, 2}}).Matthews(), 1);
  EXPECT_DOUBLE_EQ(Tally({{1, 0}, {2, 1}, {0, 2}}).Matthews(), -0.5);
  // Predicted 3, 1, 0 times, labeled 1, 2, 1 times, 2 of 4 right.
  EXPECT_DOUBLE_EQ(Tally({{0, 0}, {1, 1}, {0, 2}, {0, 1}}).Matthews(), 3 / std::sqrt(6.0 * 10));
}

TEST(ClassTally, MatthewsOfConstantPredictionsOrLabelsIsZero) {
  EXPECT_EQ(Tally({{1, 1}, {1, 0}, {1, 1}}).Matthews(), 0);
  EXPECT_EQ(Tally({{1, 1}, {0, 1}}).Matthews(), 0);
  EXPECT_EQ(Tally({{1, 1}, {1, 1}}).Matthews(), 0);
}

TEST(ClassTally, F1WithoutThePositiveClassIsZero) { EXPECT_EQ(Tally({{0, 0}, {0, 0}}).F1(), 0); }

TEST(ClassTally, MacroF1CountsClassesThatOccurOnly) {
  EXPECT_DOUBLE_EQ(Tally({{0, 0}, {0, 0}}).MacroF1(), 1);
  // Class 2 is only ever predicted and counts with 0.
  EXPECT_DOUBLE_EQ(Tally({{0, 0}, {2, 1}}).MacroF1(), 1.0 / 3);
}

}  // namespace
}  // namespace sparsweep::core
