#include "contract/nearest.h"

#include <gtest/gtest.h>

namespace sparsweep::contract {
namespace {

const std::vector<std::string_view> kWords{"steps", "batch", "learning_rate", "tau"};

TEST(NearestTest, FindsTypingMistakes) {
  EXPECT_EQ(Nearest("step", kWords), "steps");
  EXPECT_EQ(Nearest("bacth", kWords), "batch");
  EXPECT_EQ(Nearest("learningrate", kWords), "learning_rate");
  EXPECT_EQ(Nearest("steps", kWords), "steps");
}

TEST(NearestTest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(Nearest("density", kWords), std::nullopt);
  EXPECT_EQ(Nearest("", kWords), std::nullopt);
  EXPECT_EQ(Nearest("xyz", kWords), std::nullopt) << "every letter of 'tau' would change";
  EXPECT_EQ(Nearest(std::string(1'000'000, 'a'), kWords), std::nullopt);
  EXPECT_EQ(Nearest("steps", {}), std::nullopt);
}

TEST(NearestTest, HintNamesTheWordOrAllOfThem) {
  EXPECT_EQ(NearestHint("tua", kWords), "; did you mean 'tau'?");
  EXPECT_EQ(NearestHint("density", kWords), "; known: steps, batch, learning_rate, tau");
}

}  // namespace
}  // namespace sparsweep::contract
