#include <fstream>

#include "base/sha256.h"
#include "gtest/gtest.h"
#include "pruning_core/tokenizer/bert_normalizer.h"
#include "tests/pruning_core/tokenizer/code_point_lines.h"

namespace sparsweep::core {
namespace {

// Recorded from the tokenizers library by tests/peer/record_tokenizer_sample.py.
TEST(CodePoints, EveryPlaneIsTreatedAsRecorded) {
  std::ifstream recorded(SPARSWEEP_SOURCE_DIR
                         "/tests/pruning_core/tokenizer/sample/code_point_hashes.txt");
  uint32_t plane = 0;
  std::string hash;
  uint32_t planes = 0;
  while (recorded >> plane >> hash) {
    EXPECT_EQ(base::Sha256Hex(PlaneLines(plane)), hash)
        << "plane " << plane << "; tests/peer names the code points that differ";
    ++planes;
  }
  EXPECT_EQ(planes, 17u);
}

TEST(CodePoints, CharactersThatUnicodeChangedKeepTheirOldClass) {
  EXPECT_EQ(CodePointLine(0x1734), "1734 - 1734 1\n");     // Mn, now Mc
  EXPECT_EQ(CodePointLine(0x1885), "1885 1885 1885 1\n");  // Lo, now Mn
  EXPECT_EQ(CodePointLine(0x166D), "166D 166D 166D 3\n");  // Po, now So
  EXPECT_EQ(CodePointLine(0x130), "130 69 130 1\n");
  EXPECT_EQ(CodePointLine(0x4E2D), "4E2D 20.4E2D.20 20.4E2D.20 1\n");
}

TEST(CodePoints, MarksOfUnicode9AreReorderedThoughTheyAreNotNonSpacing) {
  const NormalText text = NormalizeBert("a\U0001E944\U0001E94A", TokenizerConfig());
  EXPECT_EQ(text.text, U"a\U0001E94A\U0001E944");
  EXPECT_EQ(text.sources, (std::vector<uint32_t>{0, 1, 2}));
}

TEST(CodePoints, ALetterThatBecomesTwoKeepsItsPlace) {
  TokenizerConfig config;
  config.strip_accents = false;
  const NormalText text = NormalizeBert("x\u0130y", config);
  EXPECT_EQ(text.text, U"xi\u0307y");
  EXPECT_EQ(text.sources, (std::vector<uint32_t>{0, 1, 1, 2}));
  EXPECT_EQ(text.length, 3u);
}

}  // namespace
}  // namespace sparsweep::core
