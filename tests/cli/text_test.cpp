#include "cli/output/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace sparsweep::cli {
namespace {

TEST(Text, WidthCountsColumns) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("λ 2000"), 6);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1);  // combining accent
  EXPECT_EQ(DisplayWidth("模型"), 4);
  EXPECT_EQ(DisplayWidth("█▌─⣀"), 4);
  EXPECT_EQ(DisplayWidth(Paint("abc", Color::kRed, true)), 3);
}

TEST(Text, WidthTakesAStrayByteForOneColumn) { EXPECT_EQ(DisplayWidth("a\xFF"), 2); }

TEST(Text, PaintsOnlyWhereColoursAreWelcome) {
  EXPECT_EQ(Paint("x", Color::kRed, false), "x");
  EXPECT_EQ(Paint("x", Color::kNone, true), "x");
  EXPECT_EQ(Paint("x", Color::kRed, true), "\x1b[31mx\x1b[0m");
}

TEST(Text, ClipsToColumns) {
  EXPECT_EQ(Clip("abcdef", 6), "abcdef");
  EXPECT_EQ(Clip("abcdef", 5), "abcd…");
  EXPECT_EQ(Clip("模型模型", 6), "模型…");
  EXPECT_EQ(Clip("abc", 0), "");
}

TEST(Text, ClippedColoursAreClosed) {
  EXPECT_EQ(Clip(Paint("abcdef", Color::kRed, true), 4), "\x1b[31mabc…\x1b[0m");
}

TEST(Text, PadsByColumnsNotBytes) {
  EXPECT_EQ(PadRight("λ", 3), "λ  ");
  EXPECT_EQ(PadLeft("λ", 3), "  λ");
  EXPECT_EQ(PadLeft("abcd", 3), "abcd");
}

TEST(Text, PrintableHasOneLineAndNoEscapes) {
  EXPECT_EQ(Printable("a\nb\tc\x1b[31m\x7F"), "a b c?[31m?");
}

TEST(Text, Percents) {
  EXPECT_EQ(Percent(1), "100 %");
  EXPECT_EQ(Percent(0.1), "10 %");
  EXPECT_EQ(Percent(0.0342), "3.4 %");
  EXPECT_EQ(Percent(0.0004), "0 %");
}

TEST(Text, Durations) {
  EXPECT_EQ(Duration(0), "0:00");
  EXPECT_EQ(Duration(23.6), "0:24");
  EXPECT_EQ(Duration(723), "12:03");
  EXPECT_EQ(Duration(3723), "1:02:03");
  EXPECT_EQ(Duration(-1), "-");
  EXPECT_EQ(Duration(std::nan("")), "-");
}

}  // namespace
}  // namespace sparsweep::cli
