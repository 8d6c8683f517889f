#include "pruning_core/data/squad_example.h"

#include "gtest/gtest.h"

namespace sparsweep::core {
namespace {

std::shared_ptr<const std::string> Context(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

bool Stands(const std::string& context, const std::string& answer, uint32_t start) {
  return AnswerStandsInContext({"id", "q", Context(context), {{answer, start}}, false});
}

TEST(AnswerStandsInContext, WhereTheWordsAreThoseOfTheAnswer) {
  EXPECT_TRUE(Stands("one two three", "two", 4));
  EXPECT_TRUE(Stands("\xC3\xA9\xC3\xA9 two", "two", 3));
  EXPECT_TRUE(Stands("one  two\nthree", "two three", 5));  // white space apart
  EXPECT_TRUE(Stands("one two", "wo", 5));
  EXPECT_TRUE(Stands("the (two) of", "two", 4));  // one off, in the same word
  EXPECT_TRUE(Stands("the (two) of", "two", 6));
}

TEST(AnswerStandsInContext, NotWhereOtherWordsAre) {
  EXPECT_FALSE(Stands("one two three", "two", 8));
  EXPECT_FALSE(Stands("one two three", "two", 0));
  EXPECT_FALSE(Stands("one two three", "two", 99));
  EXPECT_FALSE(Stands("two words here", "here", 2));
}

TEST(AnswerStandsInContext, WhereThereIsNothingToFind) {
  EXPECT_TRUE(AnswerStandsInContext({"id", "q", Context("c"), {}, false}));
  EXPECT_TRUE(AnswerStandsInContext({"id", "q", Context("c"), {{"x", 0}}, true}));
}

}  // namespace
}  // namespace sparsweep::core
