#include "pruning_core/eval/prediction_report.h"

#include <cstdlib>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::core {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kRte[] =
    "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\tc\td\tnot_entailment\n";
constexpr char kSquad[] =
    R"({"version":"1.1","data":[{"title":"t","paragraphs":[{"context":"aa bb cc","qas":[
    {"id":"q1","question":"x","answers":[{"text":"aa bb","answer_start":0}]},
    {"id":"q2","question":"y","answers":[{"text":"cc","answer_start":6}]}]}]}]})";

class PredictionReportTest : public ::testing::Test {
 protected:
  DataSource File(const std::string& field, std::string_view bytes) {
    const std::string path = folder_.File(field.substr(2));
    std::ofstream(path, std::ios::binary) << bytes;
    return {.path = path, .field = field};
  }
  PredictionReport Labels(const std::string& task, std::string_view data,
                          std::string_view predictions) {
    return ScoreLabels(task, File("--data", data), File("--predictions", predictions));
  }
  PredictionReport Answers(std::string_view data, std::string_view predictions) {
    return ScoreAnswers(File("--data", data), File("--predictions", predictions),
                        [](uint64_t, uint64_t) {});
  }
  std::string LabelRefusal(const std::string& task, std::string_view data,
                           std::string_view predictions) {
    try {
      (void)Labels(task, data, predictions);
    } catch (const UserError& error) {
      return error.message();
    }
    return "";
  }

 private:
  test::TemporaryFolder folder_;
};

double Named(const PredictionReport& report, std::string_view name) {
  for (const MetricValue& value : report.values) {
    if (value.name == name) return value.value;
  }
  ADD_FAILURE() << "no " << name;
  return -1;
}

TEST_F(PredictionReportTest, TakesLabelsByNameAndByNumber) {
  const PredictionReport named = Labels("glue/rte", kRte, "entailment\nentailment\n");
  EXPECT_EQ(named.examples, 2U);
  EXPECT_DOUBLE_EQ(Named(named, "accuracy"), 0.5);
  EXPECT_THAT(named.warnings, IsEmpty());
  const PredictionReport numbered = Labels("glue/rte", kRte, "0\n1\n");
  EXPECT_DOUBLE_EQ(Named(numbered, "accuracy"), 1);
  ASSERT_EQ(numbered.warnings.size(), 1U);
  EXPECT_THAT(numbered.warnings[0], HasSubstr("entailment, not_entailment"));
}

TEST_F(PredictionReportTest, ScoresMrpcColaAndStsbByTheirOwnMetrics) {
  const PredictionReport mrpc = Labels(
      "glue/mrpc",
      "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t1\t2\ta\tb\n0\t1\t2\tc\td\n1\t1\t2\te\tf\n",
      "1\n1\n0\n");
  EXPECT_DOUBLE_EQ(Named(mrpc, "f1"), 0.5);
  EXPECT_DOUBLE_EQ(Named(mrpc, "accuracy"), 1.0 / 3);
  const PredictionReport cola =
      Labels("glue/cola", "x\t1\t\ta\nx\t0\t*\tb\n", "index\tprediction\n1\t0\n0\t1\n");
  EXPECT_DOUBLE_EQ(Named(cola, "matthews"), 1);
  std::string stsb =
      "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n";
  for (const char* score : {"1.0", "2.0", "4.0"}) {
    stsb += std::string("0\tm\tM\t2\t1\tn\tn\ta\tb\t") + score + "\n";
  }
  const PredictionReport values = Labels("glue/stsb", stsb, "1\n2\n3e0\n");
  EXPECT_NEAR(Named(values, "pearson"), 0.9819805060619657, 1e-15);
  EXPECT_DOUBLE_EQ(Named(values, "spearman"), 1);
}

TEST_F(PredictionReportTest, NamesALabelThatTheTaskDoesNotHave) {
  EXPECT_THAT(LabelRefusal("glue/rte", kRte, "entailment\nentailmnt\n"),
              HasSubstr("example 1: 'entailmnt' is no label of the task and no number of one; did "
                        "you mean 'entailment'?"));
  EXPECT_NE(LabelRefusal("glue/rte", kRte, "0\n2\n"), "");
  EXPECT_NE(LabelRefusal("glue/rte", kRte, "0\n-1\n"), "");
}

TEST_F(PredictionReportTest, ALabelOfTheDataIsNotBlamedOnThePredictions) {
  try {
    (void)Labels("glue/rte", std::string(kRte) + "2\te\tf\tentailmnt\n", "0\n1\n0\n");
    FAIL() << "nothing was noticed";
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "LABEL_NOT_IN_LIST");
    EXPECT_EQ(error.field(), "--data");
    EXPECT_THAT(error.message(), HasSubstr("/data line 4: 'entailmnt' is no label of the task"));
    EXPECT_THAT(error.message(), HasSubstr("did you mean 'entailment'?"));
  }
}

TEST_F(PredictionReportTest, NamesTheNearestTask) {
  EXPECT_EQ(LabelRefusal("glue/sst", kRte, "0\n"),
            "--task: there is no task 'glue/sst'; did you mean 'glue/sst2'?");
}

TEST_F(PredictionReportTest, AMissingAnswerCountsZeroAndIsSaid) {
  const PredictionReport report = Answers(kSquad, R"({"q1": "AA, the bb"})");
  EXPECT_DOUBLE_EQ(Named(report, "exact_match"), 0.5);
  EXPECT_DOUBLE_EQ(Named(report, "f1"), 0.5);
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings[0], HasSubstr("1 of 2 questions have no prediction and count 0"));
  EXPECT_THAT(report.warnings[0], HasSubstr("'q2'"));
}

TEST_F(PredictionReportTest, AnUnknownIdIsSaidWithTheNearest) {
  const PredictionReport report = Answers(kSquad, R"({"q1": "aa bb", "q2": "cc", "zzzzzzz": "x"})");
  EXPECT_DOUBLE_EQ(Named(report, "f1"), 1);
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings[0], HasSubstr("'zzzzzzz'"));
  EXPECT_THROW((void)Answers(kSquad, R"({"p1": "aa bb"})"), UserError);
}

TEST_F(PredictionReportTest, Version2SplitsByWhetherThereIsAnAnswer) {
  const PredictionReport report = Answers(
      R"({"version":"v2.0","data":[{"paragraphs":[{"context":"aa bb","qas":[
      {"id":"q1","question":"x","answers":[{"text":"aa","answer_start":0}],"is_impossible":false},
      {"id":"q2","question":"y","answers":[],"is_impossible":true}]}]}]})",
      R"({"q1": "bb", "q2": ""})");
  EXPECT_DOUBLE_EQ(Named(report, "exact_match"), 0.5);
  EXPECT_DOUBLE_EQ(Named(report, "answerable_f1"), 0);
  EXPECT_DOUBLE_EQ(Named(report, "unanswerable_f1"), 1);
}

// Submissions to the official leaderboard, scored by the official rules.
TEST_F(PredictionReportTest, OfficialSubmissionsHaveTheirOfficialScores) {
  const char* data = std::getenv("SPARSWEEP_TEST_DATA");
  if (data == nullptr || *data == '\0') GTEST_SKIP() << "SPARSWEEP_TEST_DATA is not set";
  const std::string folder = std::string(data) + "/squad";
  struct Row {
    const char* name;
    double exact_match;
    double f1;
  };
  for (const Row& row : {Row{"BERT", 86.2062, 92.1956}, Row{"Logistic", 40.1419, 50.9815},
                         Row{"Match-LSTM", 67.6348, 76.7556}}) {
    const DataSource questions{.path = folder + "/dev-v1.1.rebuilt.json", .field = "--data"};
    const DataSource answers{.path = folder + "/predictions-v1.1/" + row.name + ".json",
                             .field = "--predictions"};
    const PredictionReport report = ScoreAnswers(questions, answers, [](uint64_t, uint64_t) {});
    EXPECT_EQ(report.examples, 10570U);
    EXPECT_NEAR(100 * Named(report, "exact_match"), row.exact_match, 5e-5) << row.name;
    EXPECT_NEAR(100 * Named(report, "f1"), row.f1, 5e-5) << row.name;
    EXPECT_EQ(report.warnings.size(), row.name == std::string_view("Logistic") ? 2U : 0U);
  }
}

}  // namespace
}  // namespace sparsweep::core
