#include "base/utf8.h"

#include <gtest/gtest.h>

namespace sparsweep::base {
namespace {

constexpr char kBad[] = "\xef\xbf\xbd";

TEST(Utf8, KeepsWellFormedText) {
  for (const char* text : {"", "plain", "λ → 𝛌 é", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(ValidUtf8(text), text);
  }
}

TEST(Utf8, ReplacesEachBadByte) {
  const std::string bad = kBad;
  EXPECT_EQ(ValidUtf8("a\xff"
                      "b"),
            "a" + bad + "b");
  EXPECT_EQ(ValidUtf8("\xc3"), bad);                                // cut
  EXPECT_EQ(ValidUtf8("\xc0\xaf"), bad + bad);                      // overlong
  EXPECT_EQ(ValidUtf8("\xed\xa0\x80"), bad + bad + bad);            // surrogate
  EXPECT_EQ(ValidUtf8("\xf4\x90\x80\x80"), bad + bad + bad + bad);  // above U+10FFFF
  EXPECT_EQ(ValidUtf8("\x80z"), bad + "z");
}

TEST(Utf8, ShortensBetweenCharacters) {
  EXPECT_EQ(ShortenUtf8("abcdef", 6), "abcdef");
  EXPECT_EQ(ShortenUtf8("abcdefg", 6), "abc…");
  EXPECT_EQ(ShortenUtf8("aλλλλ", 6), "aλ…");  // λ has two bytes, … three
  EXPECT_EQ(ShortenUtf8("λλλλ", 6), "λ…");
}

}  // namespace
}  // namespace sparsweep::base
