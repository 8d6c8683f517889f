#include "pruning_core/data/label_set.h"

#include "gmock/gmock.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<RawExample> Examples(const std::vector<std::string>& labels) {
  std::vector<RawExample> examples;
  for (const std::string& label : labels)
    examples.push_back({examples.size() + 1, "a", std::nullopt, label});
  return examples;
}

TEST(LabelSet, SortsIntegersByValue) {
  EXPECT_THAT(LabelSet::FromExamples(Examples({"10", "9", "-1", "9"})).names(),
              ElementsAre("-1", "9", "10"));
}

TEST(LabelSet, SortsWordsByTheirBytes) {
  EXPECT_THAT(LabelSet::FromExamples(Examples({"b", "10", "a", "9"})).names(),
              ElementsAre("10", "9", "a", "b"));
}

TEST(LabelSet, KeepsTheOrderOfTheList) {
  const LabelSet labels = LabelSet::FromList({"b", "a"});
  EXPECT_EQ(labels.ClassOf({1, "", std::nullopt, "b"}, "f", "task.train"), 0);
  EXPECT_EQ(labels.ClassOf({1, "", std::nullopt, "a"}, "f", "task.train"), 1);
}

TEST(LabelSet, NamesLineValueAndNearestOfAnUnknownLabel) {
  const LabelSet labels = LabelSet::FromList({"positive", "negative"});
  try {
    static_cast<void>(labels.ClassOf({17, "", std::nullopt, "positiv"}, "dev.tsv", "task.dev"));
    ADD_FAILURE() << "no error";
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "LABEL_NOT_IN_LIST");
    EXPECT_EQ(error.field(), "task.dev");
    EXPECT_EQ(error.value(), "positiv");
    EXPECT_THAT(error.message(), HasSubstr("dev.tsv line 17: label 'positiv'"));
    EXPECT_THAT(error.message(), HasSubstr("did you mean 'positive'?"));
  }
}

TEST(LabelSet, AnUnknownLabelStaysOnOneLine) {
  const LabelSet labels = LabelSet::FromList({"a", "b\nc"});
  try {
    static_cast<void>(
        labels.ClassOf({2, "", std::nullopt, "x\ny" + std::string(90, 'z')}, "f", "task.dev"));
    ADD_FAILURE() << "no error";
  } catch (const UserError& error) {
    EXPECT_THAT(error.message(), HasSubstr("label 'x y" + std::string(57, 'z') + "…' is not"));
    EXPECT_THAT(error.message(), HasSubstr("; known: a"));
    EXPECT_EQ(error.message().find('\n'), std::string::npos);
  }
}

TEST(LabelSet, RefusesFewerThanTwoAndDoubles) {
  EXPECT_THROW(static_cast<void>(LabelSet::FromList({"a"})), UserError);
  EXPECT_THROW(static_cast<void>(LabelSet::FromList({"a", "b", "a"})), UserError);
  EXPECT_THROW(static_cast<void>(LabelSet::FromExamples(Examples({"a", "a"}))), UserError);
}

}  // namespace
}  // namespace sparsweep::core
