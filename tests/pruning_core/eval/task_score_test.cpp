#include "pruning_core/eval/task_score.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace sparsweep::core {
namespace {

using Rows = std::vector<uint32_t>;
using Floats = std::vector<float>;

const Encoding kEncoding{.ids = {1, 2}, .second_begin = 2};

Dataset Classes(const std::vector<int32_t>& labels) {
  Dataset dataset;
  for (const int32_t label : labels) dataset.Add(kEncoding, label);
  return dataset;
}

double Named(const TaskScore& score, std::string_view name) {
  for (const MetricValue& value : score.Values()) {
    if (value.name == name) return value.value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

TEST(TaskScore, ScoresClassesOverBatchesInAnyOrder) {
  const Dataset dev = Classes({1, 0, 1, 0});
  const auto score = MakeClassificationScore(MetricsOf("classification", "glue/mrpc", "", 2), dev);
  score->Add(Rows{2, 3, 0}, Floats{0, 1, 0, 1, 5, 2});  // 1, 1, 0
  score->Add(Rows{1}, Floats{1, 0});                    // 0
  EXPECT_DOUBLE_EQ(Named(*score, "accuracy"), 0.5);
  EXPECT_DOUBLE_EQ(Named(*score, "f1"), 0.5);
  EXPECT_EQ(score->Values().front().name, "f1");
  EXPECT_DOUBLE_EQ(score->Chosen(), 0.5);
  EXPECT_TRUE(score->finite());
}

TEST(TaskScore, TheFirstOfEqualLogitsIsThePrediction) {
  const Dataset dev = Classes({0, 2});
  const auto score = MakeClassificationScore(MetricsOf("classification", "tsv", "", 3), dev);
  score->Add(Rows{0, 1}, Floats{1, 1, 1, 0, 2, 2});
  EXPECT_DOUBLE_EQ(score->Chosen(), 0.5);
}

TEST(TaskScore, ReportsWhatTheSpecAsksForBesides) {
  const Dataset dev = Classes({0, 1, 2});
  for (const char* metric : {"macro_f1", "matthews"}) {
    const auto score = MakeClassificationScore(MetricsOf("classification", "tsv", metric, 3), dev);
    score->Add(Rows{0, 1, 2}, Floats{9, 0, 0, 0, 9, 0, 9, 0, 0});  // 0, 1, 0
    EXPECT_DOUBLE_EQ(Named(*score, "accuracy"), 2.0 / 3);
    // Class 0: 2/3, class 1: 1, class 2: 0. Matthews: (2·3 − 3) / sqrt((9 − 5)(9 − 3)).
    const double wanted = std::string_view(metric) == "macro_f1" ? 5.0 / 9 : 3 / std::sqrt(24.0);
    EXPECT_NEAR(score->Chosen(), wanted, 1e-15);
  }
}

TEST(TaskScore, ScoresValues) {
  Dataset dev(TargetKind::kValue);
  for (const float value : {1.F, 2.F, 4.F}) dev.AddValue(kEncoding, value);
  const auto score =
      MakeRegressionScore(MetricsOf("regression", "glue/stsb", "mean_squared_error", 1), dev);
  score->Add(Rows{2}, Floats{3});
  score->Add(Rows{0, 1}, Floats{1, 2});
  EXPECT_NEAR(Named(*score, "pearson"), 0.9819805060619657, 1e-15);
  EXPECT_DOUBLE_EQ(Named(*score, "spearman"), 1);
  EXPECT_DOUBLE_EQ(score->Chosen(), 1.0 / 3);
}

TEST(TaskScore, SaysWhenALogitIsNotFinite) {
  Dataset dev(TargetKind::kValue);
  for (const float value : {1.F, 2.F}) dev.AddValue(kEncoding, value);
  const auto score = MakeRegressionScore(MetricsOf("regression", "tsv", "", 1), dev);
  score->Add(Rows{0}, Floats{1});
  EXPECT_TRUE(score->finite());
  score->Add(Rows{1}, Floats{std::numeric_limits<float>::quiet_NaN()});
  EXPECT_FALSE(score->finite());
  EXPECT_TRUE(std::isfinite(score->Chosen()));
}

// One window of [CLS] a b [SEP].
SpanQuestions Questions(const std::vector<std::string>& answers) {
  SpanQuestions questions;
  for (uint32_t i = 0; i < answers.size(); ++i) {
    SquadExample example;
    example.context = std::make_shared<const std::string>("aa bb");
    if (answers[i].empty()) {
      example.is_impossible = true;
    } else {
      example.answers.push_back({answers[i], 0});
    }
    SpanFeature feature;
    feature.example = i;
    feature.encoding.ids = {0, 1, 2, 3};
    feature.first_context_token = 1;
    feature.last_context_token = 2;
    feature.offsets = {{0, 2}, {3, 5}};
    feature.max_context = {true, true};
    questions.examples.push_back(example);
    questions.features.push_back(feature);
  }
  return questions;
}

const Floats kWhole{0, 0, 9, 0, 0, 9, 0, 0};  // "aa bb"
const Floats kNone{9, 9, 1, 1, 0, 0, 0, 0};

TEST(TaskScore, ScoresSpans) {
  const SpanQuestions questions = Questions({"aa bb", "bb"});
  const auto score = MakeSpanScore(MetricsOf("span", "squad", "", 2), questions, {});
  Floats both = kWhole;
  both.insert(both.end(), kWhole.begin(), kWhole.end());
  score->Add(Rows{1, 0}, both);
  EXPECT_DOUBLE_EQ(Named(*score, "exact_match"), 0.5);
  EXPECT_DOUBLE_EQ(score->Chosen(), (1 + 2.0 / 3) / 2);
}

TEST(TaskScore, AnImpossibleQuestionMayGoUnanswered) {
  const SpanQuestions questions = Questions({"aa bb", ""});
  const auto score = MakeSpanScore(MetricsOf("span", "squad", "exact_match", 2), questions, {});
  score->Add(Rows{0}, kWhole);
  score->Add(Rows{1}, kNone);
  EXPECT_DOUBLE_EQ(score->Chosen(), 1);
}

TEST(TaskScore, WithoutImpossibleQuestionsEveryoneIsAnswered) {
  const SpanQuestions questions = Questions({"aa", "bb"});
  const auto score = MakeSpanScore(MetricsOf("span", "squad", "exact_match", 2), questions, {});
  score->Add(Rows{0}, kNone);
  score->Add(Rows{1}, kWhole);
  EXPECT_DOUBLE_EQ(score->Chosen(), 0.5);
}

}  // namespace
}  // namespace sparsweep::core
