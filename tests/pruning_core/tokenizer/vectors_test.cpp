// Vectors made by HF's tokenizers for bert-base-uncased and bge-small, which have the same
// vocabulary.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gtest/gtest.h"
#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {
namespace {

using Ids = std::vector<int32_t>;

class Vectors : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("SPARSWEEP_TEST_DATA");
    if (!data || !*data)
      GTEST_SKIP() << "SPARSWEEP_TEST_DATA is not set; the sample of our own runs";
    directory_ = std::string(data) + "/wordpiece";
  }

  std::string directory_;
};

TEST_F(Vectors, OfTransformersJs) {
  const WordPieceTokenizer tokenizer = WordPieceTokenizer::Load(directory_);
  std::ifstream in(directory_ + "/vectors-transformersjs.jsonl");
  std::string line;
  int cases = 0;
  int differ = 0;
  while (std::getline(in, line)) {
    const auto vector = nlohmann::json::parse(line);
    const auto text = vector["text"].get<std::string>();
    const Encoding encoding = vector.contains("text_pair") && vector["text_pair"].is_string()
                                  ? tokenizer.Encode(text, vector["text_pair"].get<std::string>())
                                  : tokenizer.Encode(text);
    EXPECT_EQ(encoding.ids, vector["ids"].get<Ids>()) << line;
    differ += encoding.ids != vector["ids"].get<Ids>();
    ++cases;
  }
  std::cout << differ << " of " << cases << " vectors differ\n";
  EXPECT_GT(cases, 0);
}

TEST_F(Vectors, OfBge) {
  const WordPieceTokenizer tokenizer = WordPieceTokenizer::Load(directory_);
  std::ifstream in(directory_ + "/ggml-vocab-bert-bge.gguf.inp");
  std::ifstream out(directory_ + "/ggml-vocab-bert-bge.gguf.out");
  std::string all{std::istreambuf_iterator<char>(in), {}};
  const std::string separator = "\n__ggml_vocab_test__\n";
  if (!all.ends_with(separator)) all += separator;
  std::string line;
  int cases = 0;
  int differ = 0;
  for (size_t begin = 0, end = 0; (end = all.find(separator, begin)) != std::string::npos;
       begin = end + separator.size()) {
    ASSERT_TRUE(std::getline(out, line));
    std::istringstream numbers(line);
    const Ids expected{std::istream_iterator<int32_t>(numbers), {}};
    const Ids ids = tokenizer.Tokenize(std::string_view(all).substr(begin, end - begin));
    EXPECT_EQ(ids, expected) << all.substr(begin, end - begin);
    differ += ids != expected;
    ++cases;
  }
  std::cout << differ << " of " << cases << " vectors differ\n";
  EXPECT_FALSE(std::getline(out, line)) << "more outputs than texts";
}

}  // namespace
}  // namespace sparsweep::core
