#include "pruning_core/data/task_data.h"

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/pruning_core/data/expect_user_error.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;

class TaskFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_);
    task_.train = directory_ + "/train.tsv";
    task_.dev = directory_ + "/dev.tsv";
    task_.format.text = {"text"};
    task_.max_length = 4;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static WordPieceTokenizer Tokenizer() {
    return {Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c"}), TokenizerConfig()};
  }

  const std::string directory_ =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  contract::TaskSpec task_;
};

TEST_F(TaskFiles, AreTokenizedWithTheLabelsOfTraining) {
  Write(task_.train, "text\tlabel\na\tyes\nb c a\tno\n");
  Write(task_.dev, "text\tlabel\nc\tyes\nb\tmaybe\n");
  task_.dev_limit = 1;  // what comes after is not looked at
  const TaskData data = LoadTaskData(task_, Tokenizer());
  EXPECT_THAT(data.labels.names(), ElementsAre("no", "yes"));
  ASSERT_EQ(data.train.size(), 2u);
  EXPECT_THAT(data.train.Ids(0), ElementsAre(2, 4, 3));
  EXPECT_THAT(data.train.Ids(1), ElementsAre(2, 5, 6, 3));
  EXPECT_EQ(data.train.Label(0), 1);
  ASSERT_EQ(data.dev.size(), 1u);
  EXPECT_EQ(data.dev.Label(0), 1);
}

TEST_F(TaskFiles, ALabelThatTrainingLacksIsAnError) {
  Write(task_.train, "text\tlabel\na\tyes\nb\tno\n");
  Write(task_.dev, "text\tlabel\nb\tmaybe\n");
  EXPECT_THROW(static_cast<void>(LoadTaskData(task_, Tokenizer())), UserError);
  task_.labels = {"no", "yes", "maybe"};
  EXPECT_EQ(LoadTaskData(task_, Tokenizer()).dev.Label(0), 2);
}

TEST_F(TaskFiles, ASecondTextThatIsEmptyIsStillASecondText) {
  task_.format.layout = "glue/qqp";
  const std::string text = "question1\tquestion2\tis_duplicate\na\t\t0\nb\tc\t1\n";
  Write(task_.train, text);
  Write(task_.dev, text);
  EXPECT_THAT(LoadTaskData(task_, Tokenizer()).train.Ids(0), ElementsAre(2, 4, 3, 3));
}

TEST_F(TaskFiles, GlueFixesTheOrderOfTheLabels) {
  task_.format.layout = "glue/mnli";
  const std::string text = "sentence1\tsentence2\tgold_label\na\tb\tneutral\na\tb\tentailment\n";
  Write(task_.train, text);
  Write(task_.dev, text);
  task_.dev_mismatched = directory_ + "/dev2.tsv";
  Write(task_.dev_mismatched, "sentence1\tsentence2\tgold_label\nc\tb\tcontradiction\n");
  const TaskData data = LoadTaskData(task_, Tokenizer());
  EXPECT_THAT(data.labels.names(), ElementsAre("contradiction", "entailment", "neutral"));
  EXPECT_EQ(data.dev.Label(0), 2);
  ASSERT_TRUE(data.dev_mismatched);
  ASSERT_EQ(data.dev_mismatched->size(), 1u);
  EXPECT_EQ(data.dev_mismatched->Label(0), 0);
  task_.labels = {"neutral", "entailment", "contradiction"};
  EXPECT_EQ(LoadTaskData(task_, Tokenizer()).dev.Label(0), 0);
}

TEST_F(TaskFiles, ARegressionHasNumbersInsteadOfLabels) {
  task_.kind = "regression";
  Write(task_.train, "text\tlabel\na\t-1.5\nb\t 2e1 \n");
  Write(task_.dev, "text\tlabel\nc\t7\n");
  const TaskData data = LoadTaskData(task_, Tokenizer());
  EXPECT_EQ(data.labels.size(), 0u);
  EXPECT_EQ(data.train.kind(), TargetKind::kValue);
  EXPECT_EQ(data.train.Value(0), -1.5f);
  EXPECT_EQ(data.train.Value(1), 20.0f);
  EXPECT_EQ(data.dev.Value(0), 7.0f);
}

TEST_F(TaskFiles, ALabelThatIsNoFiniteNumberIsNamedWithItsLine) {
  task_.kind = "regression";
  Write(task_.train, "text\tlabel\na\t1\nb\tgood\nc\tnan\na\t1e39\na\tinf\na\t1,5\n");
  Write(task_.dev, "text\tlabel\nc\t7\n");
  ExpectUserError([&] { static_cast<void>(LoadTaskData(task_, Tokenizer())); }, "DATA_MALFORMED",
                  "train.tsv has 5 lines whose label is not a finite number (first: line 3, "
                  "'good'); ");
}

TEST_F(TaskFiles, AStsbScoreBeyondItsScaleIsNamed) {
  task_.kind = "regression";
  task_.format.layout = "glue/stsb";
  Write(task_.train, "sentence1\tsentence2\tscore\na\tb\t5.0\na\tb\t0\n");
  Write(task_.dev, "sentence1\tsentence2\tscore\na\tb\t5.25\n");
  ExpectUserError(
      [&] { static_cast<void>(LoadTaskData(task_, Tokenizer())); }, "DATA_MALFORMED",
      "task.dev: " + task_.dev +
          " has 1 line whose label is not a number from 0 to 5 (first: line 2, '5.25')");
}

TEST_F(TaskFiles, AKindThatDoesNotFitTheLayoutIsRefused) {
  const auto load = [&] { static_cast<void>(LoadTaskData(task_, Tokenizer())); };
  task_.format.layout = "glue/stsb";
  ExpectUserError(load, "BAD_FORMAT",
                  "classification does not fit layout glue/stsb; give regression");
  task_.format.layout = "squad";
  ExpectUserError(load, "BAD_FORMAT", "classification does not fit layout squad; give span");
  task_.format.layout = "tsv";
  task_.kind = "span";
  ExpectUserError(load, "BAD_FORMAT",
                  "span does not fit layout tsv; give classification or regression");
}

TEST_F(TaskFiles, QuestionsBecomeWindows) {
  task_.kind = "span";
  task_.format.layout = "squad";
  task_.max_length = 6;
  task_.stride = 1;
  const auto file = [](const std::string& questions) {
    return R"({"data": [{"paragraphs": [{"context": "a b c", "qas": [)" + questions + "]}]}]}";
  };
  const auto question = [](const std::string& id, const std::string& text, int start) {
    return R"({"id": ")" + id + R"(", "question": "c", "answers": [{"text": ")" + text +
           R"(", "answer_start": )" + std::to_string(start) + "}]}";
  };
  // The answer of the second does not stand there.
  Write(task_.train, file(question("x", "b", 2) + "," + question("y", "b", 4)));
  Write(task_.dev, file(question("x", "c", 4) + "," + question("y", "b", 4)));
  const TaskData data = LoadTaskData(task_, Tokenizer());
  EXPECT_EQ(data.questions_left_out, 1u);
  ASSERT_EQ(data.train.size(), 2u);
  EXPECT_THAT(data.train.Ids(0), ElementsAre(2, 6, 3, 4, 5, 3));
  EXPECT_EQ(data.train.SecondBegin(0), 3u);
  EXPECT_EQ(data.train.Span(0), (TokenSpan{4, 4}));
  EXPECT_EQ(data.train.Span(1), (TokenSpan{3, 3}));
  ASSERT_EQ(data.dev.size(), 4u);  // scored all the same
  ASSERT_EQ(data.dev_questions.examples.size(), 2u);
  ASSERT_EQ(data.dev_questions.features.size(), 4u);
  EXPECT_EQ(data.dev_questions.features[2].example, 1u);
  EXPECT_THAT(data.dev.Ids(1), ElementsAre(2, 6, 3, 5, 6, 3));
  task_.dev_limit = 1;
  EXPECT_EQ(LoadTaskData(task_, Tokenizer()).dev.size(), 2u);
  Write(task_.train, file(question("y", "b", 4)));
  ExpectUserError([&] { static_cast<void>(LoadTaskData(task_, Tokenizer())); }, "DATA_MALFORMED",
                  "has no question whose answer stands where answer_start says");
}

}  // namespace
}  // namespace sparsweep::core
