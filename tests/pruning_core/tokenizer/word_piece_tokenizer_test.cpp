#include "pruning_core/tokenizer/word_piece_tokenizer.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gmock/gmock.h"
#include "pruning_core/tokenizer/tokenize_lines.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using Ids = std::vector<int32_t>;

const std::string kSample = SPARSWEEP_SOURCE_DIR "/tests/pruning_core/tokenizer/sample";

json ReadSample(const std::string& name) {
  std::ifstream in(kSample + "/" + name);
  return json::parse(in);
}

WordPieceTokenizer SampleTokenizer(bool lower_case) {
  TokenizerConfig config;
  config.lower_case = lower_case;
  return {LoadVocabulary(kSample), config};
}

WordPieceTokenizer Small(std::vector<std::string> pieces) {
  pieces.insert(pieces.begin(), {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"});
  return {Vocabulary(std::move(pieces)), TokenizerConfig()};
}

TEST(WordPieceTokenizer, GivesTheRecordedIdsUncasedAndCased) {
  const json texts = ReadSample("texts.json");
  const json recorded = ReadSample("recorded.json");
  for (const bool lower_case : {true, false}) {
    const WordPieceTokenizer tokenizer = SampleTokenizer(lower_case);
    const json& expected = recorded[lower_case ? "uncased" : "cased"];
    ASSERT_EQ(expected.size(), texts.size());
    for (size_t i = 0; i < texts.size(); ++i) {
      EXPECT_EQ(tokenizer.Encode(texts[i].get<std::string>()).ids, expected[i].get<Ids>())
          << texts[i] << (lower_case ? " uncased" : " cased");
    }
  }
}

TEST(WordPieceTokenizer, GivesTheRecordedPlacesUncasedAndCased) {
  const json texts = ReadSample("texts.json");
  const json recorded = ReadSample("recorded.json");
  for (const bool lower_case : {true, false}) {
    const WordPieceTokenizer tokenizer = SampleTokenizer(lower_case);
    const json& expected = recorded[lower_case ? "uncased_offsets" : "cased_offsets"];
    ASSERT_EQ(expected.size(), texts.size());
    for (size_t i = 0; i < texts.size(); ++i) {
      json offsets{{0, 0}};
      for (const auto& range : tokenizer.TokenizeWithOffsets(texts[i].get<std::string>()).offsets) {
        offsets.push_back({range.begin, range.end});
      }
      offsets.push_back({0, 0});
      EXPECT_EQ(offsets, expected[i]) << texts[i] << (lower_case ? " uncased" : " cased");
    }
  }
}

TEST(WordPieceTokenizer, CutsPairsAsRecorded) {
  const json texts = ReadSample("texts.json");
  const WordPieceTokenizer tokenizer = SampleTokenizer(true);
  for (const json& pair : ReadSample("recorded.json")["pairs"]) {
    const size_t i = pair[0].get<size_t>();
    const Encoding encoding = tokenizer.Encode(
        texts[i].get<std::string>(), texts[i + 1].get<std::string>(), pair[1].get<size_t>());
    EXPECT_EQ(encoding.ids, pair[2].get<Ids>()) << pair;
    Ids types(encoding.ids.size(), 0);
    std::fill(types.begin() + static_cast<std::ptrdiff_t>(encoding.second_begin), types.end(), 1);
    EXPECT_EQ(types, pair[3].get<Ids>()) << pair;
  }
}

TEST(WordPieceTokenizer, CutsOneTextToMaxLengthSpecialTokensIncluded) {
  const WordPieceTokenizer tokenizer = Small({"a", "b", "c"});
  EXPECT_THAT(tokenizer.Encode("a b c", 5).ids, ElementsAre(2, 5, 6, 7, 3));
  EXPECT_THAT(tokenizer.Encode("a b c", 4).ids, ElementsAre(2, 5, 6, 3));
  EXPECT_THAT(tokenizer.Encode("a b c", 2).ids, ElementsAre(2, 3));
}

TEST(WordPieceTokenizer, TakesTheLongestPieceAndGivesUpTheWholeWord) {
  const WordPieceTokenizer tokenizer = Small({"ab", "a", "##b", "##bc"});
  EXPECT_THAT(tokenizer.Tokenize("abbc"), ElementsAre(5, 8));
  EXPECT_THAT(tokenizer.Tokenize("abc a"), ElementsAre(1, 6));  // "ab" leaves "##c"
  EXPECT_THAT(Small({"longestpiece"}).Tokenize("longestpiece"), ElementsAre(5));
}

TEST(WordPieceTokenizer, DropsBytesThatAreNotUtf8) {
  const WordPieceTokenizer tokenizer = Small({"ab", "c"});
  EXPECT_THAT(tokenizer.Tokenize("a\xFF"
                                 "b c\xC3"),
              ElementsAre(5, 6));
}

TEST(WordPieceTokenizer, CountsAByteThatIsNotUtf8AsOneCharacter) {
  const Tokens tokens = Small({"ab", "c"})
                            .TokenizeWithOffsets(
                                "a\xFF"
                                "b c");
  EXPECT_THAT(tokens.offsets, ElementsAre(CharacterRange{0, 3}, CharacterRange{4, 5}));
}

TEST(TokenizeLines, WritesPlacesAsJsonLines) {
  std::istringstream in("\xC3\xA9 a\n\n");
  std::ostringstream out;
  TokenizeLinesWithOffsets(Small({"a", "e"}), in, out);
  EXPECT_EQ(out.str(),
            "{\"ids\":[2,6,5,3],\"offsets\":[[0,0],[0,1],[2,3],[0,0]]}\n"
            "{\"ids\":[2,3],\"offsets\":[[0,0],[0,0]]}\n");
}

TEST(TokenizeLines, WritesALineOfIdsForEachLine) {
  std::istringstream in("a b\n\nb");
  std::ostringstream out;
  TokenizeLines(Small({"a", "b"}), in, out);
  EXPECT_EQ(out.str(), "2 5 6 3\n2 3\n2 6 3\n");
}

}  // namespace
}  // namespace sparsweep::core
