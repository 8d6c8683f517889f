#include "cli/output/front_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "cli/output/braille_canvas.h"
#include "cli/output/plot_axis.h"
#include "cli/output/text.h"

namespace sparsweep::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<PlotPoint> Quickstart() {
  return {{"dense", 1, .749},
          {"magnitude", .12, .666},
          {"magnitude", .035, .487},
          {"movement", .11, .665},
          {"movement", .036, .623},
          {"soft_movement", .16, .712},
          {"soft_movement", .085, .693},
          {"soft_movement", .018, .626}};
}

std::string Plot(const std::vector<PlotPoint>& points, const PlotSize& size, bool maximize = true) {
  return absl::StrCat("\n", absl::StrJoin(FrontPlot(points, "accuracy", maximize, size), "\n"),
                      "\n");
}

TEST(FrontPlot, Quickstart80By20) {
  EXPECT_EQ(Plot(Quickstart(), {80, 20}), R"(
accuracy against remaining weights
0.8 ┤
    │
    │─────────────────────────────────────────────────────────────● dense 0.749
    │╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌⣀⣀⣀⠤■╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 95 %  0.712
0.7 ┤                       ⢀⣀⡠⠤⠔■⠒⠉⠉⠉
    │               ⢀⣀⡠⠤⠔⠒⠊⠉⠁   ⣀⣀⠤⠤⠒◆▲
    │        ⣀⡠⠤⠔⠒⠊⠉⠁  ⢀⣀⡠⠤⠔⠒⠊⠉⠉  ⢀⠔⠉
0.6 ┤        ■        ◆⠁        ⡠⠒⠁
    │                        ⢀⡠⠊
    │                      ⢀⠔⠁
    │                    ⡠⠒⠁
0.5 ┤                 ⢀⠤⠊
    │                ⠐▲
    │
    │
0.4 ┤
    └┬────────┬─────┬─────┬─────────┬────────┬────┬──────┬────────┬
     1 %     2 %   3 %   5 %      10 %     20 % 30 %   50 %     100 %
     ● dense  ▲ magnitude  ◆ movement  ■ soft_movement
)");
}

TEST(FrontPlot, DenseAlone) {
  EXPECT_EQ(Plot({{"dense", 1, .749}}, {60, 12}), R"(
accuracy against remaining weights
0.76 ┤
     │────────────────────────────────────────● dense 0.749
0.74 ┤
     │
     │
0.72 ┤
     │╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 95 %  0.712
0.70 ┤
     └┬───────────────────────────────────────┬
      50 %                                  100 %
      ● dense
)");
}

TEST(FrontPlot, SmallAndWithoutDense) {
  EXPECT_EQ(Plot({{"movement", .11, .665}, {"movement", .036, .623}}, {40, 10}), R"(
accuracy against remaining weights
0.70 ┤
     │
     │        ⣀⠤⠒◆
0.65 ┤    ⣀⠤⠒⠉
     │ ⠠◆⠉
0.60 ┤
     └┬────┬─────┬────────┬────┬─────┬
      3 % 5 %  10 %     30 % 50 %  100 %
      ◆ movement
)");
}

TEST(FrontPlot, SeedsAreJoinedAtTheirMean) {
  EXPECT_EQ(Plot({{"movement", .1, .66}, {"movement", .1, .62}, {"movement", .01, .5}}, {50, 12}),
            R"(
accuracy against remaining weights
0.7 ┤
    │                     ◆
    │                   ⢀⡠⠔
0.6 ┤               ⢀⡠⠔⠊⠁ ◆
    │           ⢀⡠⠔⠊⠁
    │       ⢀⡠⠔⠊⠁
    │   ⢀⡠⠔⠊⠁
0.5 ┤◆⠔⠊⠁
    └┬─────┬───┬────┬─────┬─────────┬────┬─────┬
     1 %  2 % 3 %  5 %  10 %      30 % 50 %  100 %
     ◆ movement
)");
}

TEST(FrontPlot, NoPointsNoPlot) { EXPECT_TRUE(FrontPlot({}, "accuracy", true, {80, 20}).empty()); }

TEST(FrontPlot, LossHasNoNinetyFivePercentLine) {
  const std::string plot = Plot(Quickstart(), {80, 20}, false);
  EXPECT_THAT(plot, HasSubstr("dense 0.749"));
  EXPECT_THAT(plot, Not(HasSubstr("95 %")));
}

TEST(FrontPlot, MarksHaveTheirMethodsColour) {
  const std::string plot = Plot(Quickstart(), {80, 20, true});
  EXPECT_THAT(plot, HasSubstr("\x1b[36m◆\x1b[0m movement"));
  EXPECT_THAT(plot, HasSubstr("\x1b[33m▲\x1b[0m magnitude"));
}

TEST(FrontPlot, FitsEverySize) {
  for (int columns = 40; columns <= 200; columns += 7) {
    for (int rows = 8; rows <= 50; rows += 3) {
      const auto lines = FrontPlot(Quickstart(), "accuracy", true, {columns, rows, true});
      ASSERT_EQ(lines.size(), rows);
      for (const std::string& line : lines) ASSERT_LE(DisplayWidth(line), columns) << line;
    }
  }
}

TEST(FrontPlot, TakesExtremePoints) {
  for (const double score : {0.0, 1.0, -3.5, 1e9, 1e-9}) {
    const auto lines =
        FrontPlot({{"dense", 1, score}, {"l0", 0, score}}, "loss", true, {80, 20, false});
    ASSERT_EQ(lines.size(), 20);
    for (const std::string& line : lines) EXPECT_LE(DisplayWidth(line), 80) << line;
  }
}

TEST(ScoreAxis, HasRoundTicks) {
  const Axis axis = ScoreAxis(0.487, 0.749, 5);
  EXPECT_DOUBLE_EQ(axis.low, 0.4);
  EXPECT_DOUBLE_EQ(axis.high, 0.8);
  ASSERT_EQ(axis.ticks.size(), 5);
  EXPECT_EQ(axis.ticks[1].label, "0.5");
}

TEST(ScoreAxis, OneValueGetsRoomAroundIt) {
  const Axis axis = ScoreAxis(0.5, 0.5, 4);
  EXPECT_LT(axis.low, 0.5);
  EXPECT_GT(axis.high, 0.5);
}

TEST(WeightsAxis, BeginsAtARoundNumber) {
  EXPECT_DOUBLE_EQ(WeightsAxis(0.018).low, 0.01);
  EXPECT_DOUBLE_EQ(WeightsAxis(0.02).low, 0.02);
  EXPECT_DOUBLE_EQ(WeightsAxis(1).low, 0.5);
  EXPECT_EQ(WeightsAxis(0.018).ticks[0].label, "1 %");
}

TEST(BrailleCanvas, DrawsDotsLinesAndMarks) {
  BrailleCanvas canvas(3, 1);
  canvas.Line(0, 0, 3, 3, Color::kNone);
  canvas.Mark(2, 0, U'■', Color::kRed);
  EXPECT_EQ(canvas.Row(0, false), "⠑⢄■");
  EXPECT_EQ(canvas.Row(0, true), "⠑⢄\x1b[31m■\x1b[0m");
}

TEST(BrailleCanvas, IgnoresWhatLiesOutside) {
  BrailleCanvas canvas(2, 1);
  canvas.Dot(-1, 0, Color::kNone);
  canvas.Dot(0, 4, Color::kNone);
  canvas.Mark(2, 0, U'■', Color::kNone);
  EXPECT_EQ(canvas.Row(0, false), "  ");
}

}  // namespace
}  // namespace sparsweep::cli
