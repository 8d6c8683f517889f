#include "pruning_core/eval/task_metrics.h"

#include "contract/task_metrics.h"
#include "gtest/gtest.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using Names = std::vector<std::string>;

TEST(TaskMetrics, EachTaskReportsItsOwnPrimaryFirst) {
  struct Row {
    std::string_view kind;
    std::string_view layout;
    Names reported;
  };
  const std::vector<Row> rows{
      {"classification", "glue/cola", {"matthews"}},
      {"classification", "glue/sst2", {"accuracy"}},
      {"classification", "glue/mrpc", {"f1", "accuracy"}},
      {"classification", "glue/qqp", {"f1", "accuracy"}},
      {"regression", "glue/stsb", {"pearson", "spearman"}},
      {"classification", "glue/mnli", {"accuracy"}},
      {"classification", "glue/qnli", {"accuracy"}},
      {"classification", "glue/rte", {"accuracy"}},
      {"classification", "glue/wnli", {"accuracy"}},
      {"span", "squad", {"f1", "exact_match"}},
      {"classification", "csv", {"accuracy"}},
      {"regression", "tsv", {"pearson"}},
  };
  for (const Row& row : rows) {
    const TaskMetrics metrics = MetricsOf(row.kind, row.layout, "", 2);
    EXPECT_EQ(metrics.reported, row.reported) << row.layout;
    EXPECT_EQ(metrics.chosen, row.reported.front()) << row.layout;
  }
}

TEST(TaskMetrics, AChosenMetricIsReportedToo) {
  const TaskMetrics added = MetricsOf("classification", "tsv", "macro_f1", 5);
  EXPECT_EQ(added.reported, (Names{"accuracy", "macro_f1"}));
  EXPECT_EQ(added.chosen, "macro_f1");
  const TaskMetrics there = MetricsOf("classification", "glue/mrpc", "accuracy", 2);
  EXPECT_EQ(there.reported, (Names{"f1", "accuracy"}));
  EXPECT_EQ(there.chosen, "accuracy");
}

std::string Refusal(std::string_view kind, std::string_view metric, uint32_t classes) {
  try {
    (void)MetricsOf(kind, "tsv", metric, classes);
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "METRIC_UNKNOWN");
    EXPECT_EQ(error.field(), "metric");
    EXPECT_EQ(error.value(), metric);
    return error.message();
  }
  return "";
}

TEST(TaskMetrics, AMetricOfAnotherKindIsRefusedWithTheNearest) {
  EXPECT_EQ(Refusal("classification", "acuracy", 2),
            "metric: 'acuracy' is no score of a classification task; did you mean 'accuracy'?");
  EXPECT_NE(Refusal("regression", "accuracy", 1), "");
  EXPECT_NE(Refusal("span", "pearson", 2), "");
}

TEST(TaskMetrics, F1WantsTwoClasses) {
  EXPECT_NE(Refusal("classification", "f1", 3).find("macro_f1"), std::string::npos);
  EXPECT_EQ(MetricsOf("classification", "tsv", "f1", 2).chosen, "f1");
}

TEST(TaskMetrics, OnlyAnErrorIsBetterWhenSmall) {
  EXPECT_TRUE(contract::IsBetterWhenLarger("matthews"));
  EXPECT_FALSE(contract::IsBetterWhenLarger("mean_squared_error"));
}

}  // namespace
}  // namespace sparsweep::core
