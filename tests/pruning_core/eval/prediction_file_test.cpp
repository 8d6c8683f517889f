#include "pruning_core/eval/prediction_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const DataSource kSource{.path = "guess.txt", .field = "--predictions"};

// The message and the value that the reader refuses with.
template <typename Read>
std::pair<std::string, std::string> Refusal(const Read& read) {
  try {
    read();
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "BAD_PREDICTIONS");
    EXPECT_EQ(error.field(), "--predictions");
    return {error.message(), error.value()};
  }
  return {};
}

std::string LabelRefusal(std::string_view bytes, size_t examples) {
  return Refusal([&] { (void)ParseLabels(bytes, examples, kSource); }).first;
}
std::string AnswerRefusal(std::string_view bytes) {
  return Refusal([&] { (void)ParseAnswers(bytes, kSource); }).first;
}

TEST(ParseLabels, ReadsALabelALine) {
  EXPECT_THAT(ParseLabels("1\r\nentailment\n0", 3, kSource), ElementsAre("1", "entailment", "0"));
}

TEST(ParseLabels, ReadsTheSubmissionLayoutInAnyOrder) {
  EXPECT_THAT(ParseLabels("index\tprediction\n2\tc\n0\ta\n1\tb\n", 3, kSource),
              ElementsAre("a", "b", "c"));
}

TEST(ParseLabels, WantsALineForEachExample) {
  EXPECT_EQ(LabelRefusal("1\n0\n", 3),
            "--predictions: guess.txt has 2 predictions, the data has 3 examples; give one a line");
  EXPECT_NE(LabelRefusal("index\tprediction\n0\t1\n", 2), "");
  EXPECT_NE(LabelRefusal("", 1), "");
  EXPECT_NE(LabelRefusal("1\n0\n", 1), "");
}

TEST(ParseLabels, NamesTheLineThatIsWrong) {
  EXPECT_EQ(LabelRefusal("index\tprediction\n0\t1\n0\t1\n", 2),
            "--predictions: guess.txt line 3: index 0 stands twice");
  EXPECT_EQ(LabelRefusal("index\tprediction\n0\t1\n2\t1\n", 2),
            "--predictions: guess.txt line 3: index '2' is none of 0 to 1");
  EXPECT_NE(LabelRefusal("index\tprediction\n0\t1\n-1\t1\n", 2), "");
  EXPECT_NE(LabelRefusal("index\tprediction\n0\t1\n1x\t1\n", 2), "");
  EXPECT_NE(LabelRefusal("index\tprediction\n0\t1\n1\t\n", 2), "");
  EXPECT_NE(LabelRefusal("index\tprediction\n0\t1\n1\t1\t1\n", 2), "");
  EXPECT_EQ(LabelRefusal("1\n\n", 2), "--predictions: guess.txt line 2: has no label");
  EXPECT_THAT(LabelRefusal("0\t1\n1\t1\n", 2), ::testing::HasSubstr("index<TAB>prediction"));
}

TEST(ParseAnswers, ReadsTextsById) {
  EXPECT_THAT(ParseAnswers(R"({"a": "x", "b": ""})", kSource),
              UnorderedElementsAre(Pair("a", "x"), Pair("b", "")));
}

TEST(ParseAnswers, RefusesWhatIsNotAnObjectOfTexts) {
  EXPECT_THAT(AnswerRefusal(R"({"a": "x")"), ::testing::HasSubstr("not JSON at byte"));
  EXPECT_THAT(AnswerRefusal(R"(["x"])"), ::testing::HasSubstr(R"({"question id": "answer", …})"));
  EXPECT_EQ(AnswerRefusal(R"({"56be": 7})"),
            "--predictions: guess.txt question '56be': 7 is not a string");
  EXPECT_THAT(AnswerRefusal(R"({"a": "x", "a": "y"})"), ::testing::HasSubstr("stands twice"));
}

}  // namespace
}  // namespace sparsweep::core
