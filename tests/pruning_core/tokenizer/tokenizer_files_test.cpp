#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TokenizerFiles : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(directory_); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ + "/" + name, std::ios::binary) << text;
  }
  void ExpectError(const std::string& reason, const std::string& part) const {
    try {
      static_cast<void>(WordPieceTokenizer::Load(directory_));
      ADD_FAILURE() << "no error";
    } catch (const UserError& error) {
      EXPECT_EQ(error.reason(), reason);
      EXPECT_THAT(error.message(), HasSubstr(part));
    }
  }

  const std::string directory_ =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

constexpr char kPieces[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nÉ\né\ne\n";
// Its forced truncation and padding must not matter.
constexpr char kTokenizerJson[] = R"({
  "truncation": {"max_length": 2, "strategy": "LongestFirst", "stride": 0},
  "padding": {"strategy": {"Fixed": 9}, "pad_id": 0},
  "added_tokens": [{"id": 6, "content": "[MASK]", "special": true}],
  "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                 "strip_accents": false, "lowercase": true},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "model": {"type": "WordPiece", "unk_token": "[UNK]",
            "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "é": 4, "##é": 5}}})";

TEST_F(TokenizerFiles, VocabTxtAloneIsUncased) {
  Write("vocab.txt", kPieces);
  EXPECT_THAT(WordPieceTokenizer::Load(directory_).Tokenize("É"), ElementsAre(7));
}

TEST_F(TokenizerFiles, TokenizerConfigSetsCaseAndAccents) {
  Write("vocab.txt", kPieces);
  Write("tokenizer_config.json", R"({"do_lower_case": false, "strip_accents": null})");
  EXPECT_THAT(WordPieceTokenizer::Load(directory_).Tokenize("É"), ElementsAre(5));
  Write("tokenizer_config.json", R"({"do_lower_case": true, "strip_accents": false})");
  EXPECT_THAT(WordPieceTokenizer::Load(directory_).Tokenize("É"), ElementsAre(6));
}

TEST_F(TokenizerFiles, TokenizerJsonAloneGivesVocabularyAndNormalizer) {
  Write("tokenizer.json", kTokenizerJson);
  const WordPieceTokenizer tokenizer = WordPieceTokenizer::Load(directory_);
  EXPECT_THAT(tokenizer.Encode("ÉÉ [MASK]").ids, ElementsAre(2, 4, 5, 6, 3));
  EXPECT_EQ(tokenizer.vocabulary_size(), 7u);
}

TEST_F(TokenizerFiles, TokenizerJsonWinsOverTokenizerConfig) {
  Write("tokenizer.json", kTokenizerJson);
  Write("tokenizer_config.json", R"({"do_lower_case": false})");
  EXPECT_THAT(WordPieceTokenizer::Load(directory_).Tokenize("É"), ElementsAre(4));
}

TEST_F(TokenizerFiles, NoFilesIsAnError) { ExpectError("TOKENIZER_NOT_FOUND", directory_); }

TEST_F(TokenizerFiles, BrokenJsonIsAnError) {
  Write("vocab.txt", kPieces);
  Write("tokenizer_config.json", "{");
  ExpectError("BAD_TOKENIZER", "tokenizer_config.json");
}

TEST_F(TokenizerFiles, AnotherKindOfTokenizerIsAnError) {
  Write("tokenizer.json", R"({"model": {"type": "BPE", "vocab": {"a": 0}}})");
  ExpectError("BAD_TOKENIZER", "BPE");
}

TEST_F(TokenizerFiles, ValuesOfAnotherTypeAreErrors) {
  Write("tokenizer.json", R"({"model": {"type": 5, "vocab": {"a": 0}}})");
  ExpectError("BAD_TOKENIZER", "model is 5; only WordPiece is read");
  Write("tokenizer.json",
        R"({"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 1, "content": 7}]})");
  ExpectError("BAD_TOKENIZER", "an added token lacks id or content");
}

TEST_F(TokenizerFiles, DeepNestingIsAnError) {
  constexpr size_t kDepth = 200'000;
  Write("vocab.txt", kPieces);
  Write("tokenizer_config.json",
        "{\"do_lower_case\": " + std::string(kDepth, '[') + std::string(kDepth, ']') + "}");
  ExpectError("BAD_TOKENIZER", "nested deeper than");
}

TEST_F(TokenizerFiles, AnIdOutOfBoundsIsAnError) {
  Write("tokenizer.json", R"({"model": {"vocab": {"a": -1}}})");
  ExpectError("BAD_TOKENIZER", "'a' is -1");
}

TEST_F(TokenizerFiles, AMissingSpecialTokenIsAnError) {
  Write("vocab.txt", "a\nb\n");
  ExpectError("BAD_TOKENIZER", "[UNK]");
}

}  // namespace
}  // namespace sparsweep::core
