#include "coordinator/search/points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/sweep/sweep_parser.h"
#include "tests/coordinator/sweep/sweep_text.h"

namespace sparsweep::coordinator::search {
namespace {

using ::testing::ElementsAre;

std::vector<Point> Points(std::string_view yaml) {
  const auto spec = sweep::ParseSweep({yaml, "/home/me/sweeps"});
  EXPECT_TRUE(spec.ok()) << spec.status();
  auto points = LayOutPoints(*spec);
  EXPECT_TRUE(points.ok()) << points.status();
  return points.ok() ? *std::move(points) : std::vector<Point>{};
}

// "movement 0.1 seed 1".
std::vector<std::string> Summary(const std::vector<Point>& points) {
  std::vector<std::string> lines;
  for (const Point& point : points) {
    const contract::PruningSpec& pruning = point.spec.pruning;
    std::string line = pruning.method;
    char number[32];
    if (const auto strength = pruning.density ? pruning.density : pruning.lambda) {
      snprintf(number, sizeof(number), " %g", *strength);
      line += number;
    }
    lines.push_back(line + " seed " + std::to_string(point.spec.seed));
  }
  return lines;
}

TEST(LayOutPoints, GoesThroughGroupsThenValuesThenSeeds) {
  EXPECT_THAT(
      Summary(Points(test::SweepYamlWith("seeds: [1]", "seeds: [7, 3]"))),
      ElementsAre("dense seed 7", "dense seed 3", "magnitude 0.1 seed 7", "magnitude 0.1 seed 3",
                  "magnitude 0.03 seed 7", "magnitude 0.03 seed 3", "movement 0.1 seed 7",
                  "movement 0.1 seed 3", "movement 0.03 seed 7", "movement 0.03 seed 3",
                  "soft_movement 1300 seed 7", "soft_movement 1300 seed 3",
                  "soft_movement 2000 seed 7", "soft_movement 2000 seed 3",
                  "soft_movement 3300 seed 7", "soft_movement 3300 seed 3"));
}

TEST(LayOutPoints, NameWhatTellsThePointsOfAMethodApart) {
  const auto points = Points(test::SweepYamlWith(
      "{method: dense}",
      "{method: movement, density: 0.2, teacher: {values: [none, models/big]}, score_init: "
      "{values: [constant, uniform]}}"));
  std::vector<std::string> variants;
  for (const Point& point : points) {
    if (point.spec.pruning.method == "movement") variants.push_back(point.variant);
    if (point.spec.pruning.method == "magnitude") {
      EXPECT_EQ(point.variant, "");
    }
  }
  // The four of this group, and the two of the file's own movement group.
  EXPECT_THAT(
      variants,
      ElementsAre("teacher none, score_init constant", "teacher none, score_init uniform",
                  "teacher big, score_init constant", "teacher big, score_init uniform",
                  "teacher none, score_init constant", "teacher none, score_init constant"));
}

TEST(LayOutPoints, NameTeachersOfOneNameByTheirWholePath) {
  const auto points = Points(test::SweepYamlWith(
      "{method: dense}", "{method: dense, teacher: {values: [a/model, b/model, c]}}"));
  ASSERT_GE(points.size(), 3u);
  EXPECT_EQ(points[0].variant, "teacher /home/me/sweeps/a/model");
  EXPECT_EQ(points[1].variant, "teacher /home/me/sweeps/b/model");
  EXPECT_EQ(points[2].variant, "teacher c");
}

TEST(LayOutPoints, AskForADensityOfEveryMethodThatPrunes) {
  const auto points = Points(test::SweepYamlWith(
      "{method: dense}",
      "{method: {values: [magnitude, movement, soft_movement, l0]}, target_density: 0.03, "
      "score_learning_rate: 0.1}"));
  ASSERT_EQ(points.size(), 4u + 7u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(points[i].spec.pruning.target_density, 0.03);
    EXPECT_EQ(points[i].spec.pruning.density, std::nullopt);
    EXPECT_EQ(points[i].spec.metric, "accuracy");
  }
}

TEST(LayOutPoints, ADefaultDensityYieldsToTheGroups) {
  const auto points = Points(test::SweepYamlWith("pruning: {", "pruning: {target_density: 0.2, "));
  EXPECT_EQ(points[0].spec.pruning.target_density, std::nullopt);  // dense
  EXPECT_EQ(points[1].spec.pruning.target_density, std::nullopt);  // the group gives density
  EXPECT_EQ(points[1].spec.pruning.density, 0.1);
  EXPECT_EQ(points[5].spec.pruning.target_density, 0.2);  // soft movement, beside its λ
}

TEST(LayOutPoints, CrossesTheFieldsOfAGroup) {
  const auto points = Points(test::SweepYamlWith(
      "{method: dense}",
      "{density: {values: [0.5, 0.4]}, method: {values: [movement, magnitude]}, "
      "steps: {values: [100, 200]}}"));
  ASSERT_EQ(points.size(), 8u + 7u);
  EXPECT_EQ(points[0].spec.training.steps, 100u);
  EXPECT_EQ(points[0].spec.pruning.method, "movement");
  EXPECT_EQ(points[1].spec.pruning.density, 0.4);
  EXPECT_EQ(points[2].spec.pruning.method, "magnitude");
  EXPECT_EQ(points[4].spec.training.steps, 200u);
}

TEST(LayOutPoints, AGroupGoesBeforeTheDefaults) {
  const auto points = Points(
      test::SweepYamlWith("{method: dense}", "{method: dense, steps: 77, learning_rate: 1e-3}"));
  EXPECT_EQ(points[0].spec.training.steps, 77u);
  EXPECT_EQ(points[0].spec.training.learning_rate, 1e-3);
  EXPECT_EQ(points[1].spec.training.steps, 300u);
}

TEST(LayOutPoints, ADefaultStrengthGoesToTheMethodsThatTakeIt) {
  const auto points =
      Points(test::SweepYamlWith("pruning: {score_learning_rate: 5e-2}",
                                 "pruning: {score_learning_rate: 5e-2, density: 0.5, lambda: 10}"));
  EXPECT_FALSE(points[0].spec.pruning.density);
  EXPECT_FALSE(points[0].spec.pruning.lambda);
  EXPECT_FALSE(points[1].spec.pruning.lambda);
  EXPECT_FALSE(points[5].spec.pruning.density);
}

TEST(LayOutPoints, AListIsOnePointAGroup) {
  std::string yaml = test::SweepYamlWith("kind: grid", "kind: list");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"{values: [0.10, 0.03]}", "0.2"},
                                                        {"{values: [0.10, 0.03]}", "0.3"},
                                                        {"{values: [1300, 2000, 3300]}", "1300"}}) {
    yaml.replace(yaml.find(from), from.size(), to);
  }
  EXPECT_THAT(Summary(Points(yaml)),
              ElementsAre("dense seed 1", "magnitude 0.2 seed 1", "movement 0.3 seed 1",
                          "soft_movement 1300 seed 1"));
}

TEST(LayOutPoints, PointsCarryTheSweepsNameAndResources) {
  const auto points = Points(test::SweepYamlWith("threads: 1", "threads: 3"));
  EXPECT_EQ(points[0].spec.sweep, "words");
  EXPECT_EQ(points[0].spec.threads, 3u);
  EXPECT_EQ(points[0].spec.world.size, 1u);
  EXPECT_TRUE(points[0].spec.trial.empty());
}

}  // namespace
}  // namespace sparsweep::coordinator::search
