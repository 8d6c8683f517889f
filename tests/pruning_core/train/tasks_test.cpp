// Training and scoring of each kind of task, on the layouts of public data sets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pruning_core/model_io/user_error.h"
#include "tests/pruning_core/train/attempt.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_tasks.h"

namespace sparsweep::core {
namespace {

using test::Attempt;
using test::RunAttempt;

double Last(const Attempt& attempt, const std::string& metric) {
  const auto values = attempt.Metric(metric);
  EXPECT_FALSE(values.empty()) << metric;
  return values.empty() ? -1 : values.back().second;
}

// Always saying nothing is right for the eighth of the questions that have no answer.
TEST(TasksTest, SpansAreLearnedAndScoredByF1) {
  const test::TemporaryFolder folder;
  contract::TrialSpec spec = test::TinySpanTrial(folder.path(), "movement");
  spec.training.steps = 120;
  const Attempt attempt = RunAttempt(spec);
  EXPECT_GT(Last(attempt, "f1"), 0.4);
  EXPECT_GT(Last(attempt, "exact_match"), 0.4);
  EXPECT_EQ(attempt.score(), Last(attempt, "f1"));
}

TEST(TasksTest, NumbersAreLearnedAndScoredByPearson) {
  const test::TemporaryFolder folder;
  const Attempt attempt = RunAttempt(test::TinyRegressionTrial(folder.path(), "movement"));
  EXPECT_GT(Last(attempt, "pearson"), 0.4);
  EXPECT_GT(Last(attempt, "spearman"), 0.4);
  EXPECT_EQ(attempt.score(), Last(attempt, "pearson"));
}

TEST(TasksTest, BothEvaluationFilesOfMnliAreScored) {
  const test::TemporaryFolder folder;
  contract::TrialSpec spec = test::TinyPairTrial(folder.path(), "movement");
  Attempt attempt = RunAttempt(spec);
  EXPECT_GT(Last(attempt, "accuracy"), 0.6);
  EXPECT_GT(Last(attempt, "accuracy_mismatched"), 0.6);
  EXPECT_EQ(attempt.score(), Last(attempt, "accuracy"));

  spec = test::Again(spec, folder.File("again"));
  spec.metric = "accuracy_mismatched";
  attempt = RunAttempt(spec);
  EXPECT_EQ(attempt.score(), Last(attempt, "accuracy_mismatched"));
}

TEST(TasksTest, TheMetricThatIsAskedForIsTheScore) {
  const test::TemporaryFolder folder;
  contract::TrialSpec spec = test::TinyTrial(folder.path(), "dense");
  spec.metric = "macro_f1";
  const Attempt attempt = RunAttempt(spec);
  EXPECT_EQ(attempt.score(), Last(attempt, "macro_f1"));
  EXPECT_GT(Last(attempt, "accuracy"), 0.6) << "the task's own is reported too";
}

}  // namespace
}  // namespace sparsweep::core
