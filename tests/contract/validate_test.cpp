#include "contract/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "contract/task_metrics.h"

namespace sparsweep::contract {
namespace {

using ::testing::StartsWith;

TrialSpec SoftTrial() {
  TrialSpec spec;
  spec.model.path = "m";
  spec.task.train = "a";
  spec.task.dev = "b";
  spec.task.format.text = {"definition"};
  spec.training.steps = 300;
  spec.training.warmup_steps = 30;
  spec.pruning.method = "soft_movement";
  spec.pruning.lambda = 2000;
  spec.pruning.score_learning_rate = 5e-2;
  return spec;
}

TrialSpec RankTrial() {
  TrialSpec spec = SoftTrial();
  spec.pruning.method = "movement";
  spec.pruning.lambda.reset();
  spec.pruning.density = 0.1;
  return spec;
}

TrialSpec DenseTrial() {
  TrialSpec spec = RankTrial();
  spec.pruning.method = "dense";
  spec.pruning.density.reset();
  return spec;
}

TrialSpec SpanTrial() {
  TrialSpec spec = DenseTrial();
  spec.task.kind = "span";
  spec.task.format.layout = "squad";
  spec.task.format.text.clear();
  spec.task.stride = 64;
  return spec;
}

TEST(ValidateTest, AcceptsTheFiveMethods) {
  EXPECT_TRUE(Validate(SoftTrial()).ok()) << Validate(SoftTrial());
  TrialSpec l0 = SoftTrial();
  l0.pruning.method = "l0";
  EXPECT_TRUE(Validate(l0).ok()) << Validate(l0);
  EXPECT_TRUE(Validate(DenseTrial()).ok()) << Validate(DenseTrial());
  TrialSpec rank = RankTrial();
  EXPECT_TRUE(Validate(rank).ok()) << Validate(rank);
  rank.pruning.density = 1;
  rank.pruning.selection = "global";
  rank.pruning.method = "magnitude";
  EXPECT_TRUE(Validate(rank).ok()) << Validate(rank);
}

TEST(ValidateTest, AcceptsATargetForEveryMethodThatPrunes) {
  TrialSpec spec = SoftTrial();
  spec.pruning.target_density = 0.03;
  EXPECT_TRUE(Validate(spec).ok()) << Validate(spec);  // beside λ, which is where it starts
  spec.pruning.lambda.reset();
  for (const char* method : {"soft_movement", "l0", "movement", "magnitude"}) {
    spec.pruning.method = method;
    EXPECT_TRUE(Validate(spec).ok()) << Validate(spec);
  }
}

TEST(ValidateTest, AcceptsEveryLayoutWithItsKind) {
  for (const std::string_view layout : Layouts()) {
    TrialSpec spec = SpanTrial();
    spec.task.format.layout = layout;
    const bool own_columns = !KindOfLayout(layout).empty();
    spec.task.kind = own_columns ? KindOfLayout(layout) : "regression";
    if (!own_columns) spec.task.format.text = {"definition"};
    EXPECT_TRUE(Validate(spec).ok()) << Validate(spec);
    for (const std::string_view metric : MetricsOf(spec.task)) {
      spec.metric = metric;
      EXPECT_TRUE(Validate(spec).ok()) << Validate(spec);
    }
  }
}

TEST(ValidateTest, AGlueTaskTakesTheOtherScoresOfItsKindToo) {
  TaskSpec cola{.kind = "classification"};
  cola.format.layout = "glue/cola";
  EXPECT_EQ(MetricsOf(cola),
            (std::vector<std::string_view>{"matthews", "accuracy", "f1", "macro_f1"}));
  TaskSpec stsb{.kind = "regression"};
  stsb.format.layout = "glue/stsb";
  EXPECT_EQ(MetricsOf(stsb),
            (std::vector<std::string_view>{"pearson", "spearman", "mean_squared_error"}));
  TaskSpec mnli{.kind = "classification"};
  mnli.format.layout = "glue/mnli";
  mnli.dev_mismatched = "dev_mismatched.tsv";
  EXPECT_EQ(MetricsOf(mnli).back(), "accuracy_mismatched");
}

TEST(ValidateTest, DenseNeedsNoRoomToPruneIn) {
  TrialSpec spec = DenseTrial();
  spec.training.steps = 31;
  EXPECT_TRUE(Validate(spec).ok()) << Validate(spec);
}

struct Broken {
  std::string_view name;
  std::function<TrialSpec()> base;
  std::function<void(TrialSpec&)> breaking;
  std::string_view message;

  friend void PrintTo(const Broken& row, std::ostream* out) { *out << row.name; }
};

class ValidateBroken : public ::testing::TestWithParam<Broken> {};

TEST_P(ValidateBroken, NamesTheField) {
  TrialSpec spec = GetParam().base();
  GetParam().breaking(spec);
  const absl::Status status = Validate(spec);
  ASSERT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), StartsWith(std::string(GetParam().message)));
}

const Broken kBroken[] = {
    {"Schema", DenseTrial, [](TrialSpec& s) { s.schema = 2; }, "schema: 2"},
    {"NoModel", DenseTrial, [](TrialSpec& s) { s.model.path.clear(); }, "model.path: empty"},
    {"Pooling", DenseTrial, [](TrialSpec& s) { s.model.pooling = "maen"; },
     "model.pooling: unknown 'maen'; did you mean 'mean'?"},
    {"Kind", DenseTrial, [](TrialSpec& s) { s.task.kind = "spam"; },
     "task.kind: unknown 'spam'; did you mean 'span'?"},
    {"SpanInATable", DenseTrial, [](TrialSpec& s) { s.task.kind = "span"; },
     "task.kind: span does not fit layout tsv"},
    {"ColumnsOfALayoutThatHasItsOwn", SpanTrial, [](TrialSpec& s) { s.task.format.text = {"a"}; },
     "task.format.text: layout squad has its own columns; remove it"},
    {"ScoreInitOfAMethodWithoutScores", DenseTrial,
     [](TrialSpec& s) { s.pruning.score_init = "kaimng_uniform"; },
     "pruning.score_init: unknown 'kaimng_uniform'; did you mean 'kaiming_uniform'?"},
    {"DistillationWithoutATeacher", DenseTrial,
     [](TrialSpec& s) { s.training.distillation_temperature = 0; },
     "training.distillation_temperature: 0 is not above 0"},
    {"WindowsOfAClassification", DenseTrial, [](TrialSpec& s) { s.task.n_best = 0; },
     "task.n_best: 0 is out of range"},
    {"StartBelowTheThreshold", SoftTrial, [](TrialSpec& s) { s.pruning.score_init_scale = -100; },
     "pruning.score_init_scale: -100 is not above -2.197"},
    {"BestUnderAHeldThreshold", RankTrial,
     [](TrialSpec& s) {
       s.training.keep = "best";
       s.training.evaluate_every = 10;
       s.pruning.selection = "global";
       s.pruning.numerics = "reference";
     },
     "training.keep: best does not fit global selection in reference numerics"},
    {"ClassesOfStsb", DenseTrial, [](TrialSpec& s) { s.task.format.layout = "glue/stsb"; },
     "task.kind: classification does not fit layout glue/stsb; give regression"},
    {"GlueTask", DenseTrial, [](TrialSpec& s) { s.task.format.layout = "glue/sst3"; },
     "task.format.layout: unknown 'glue/sst3'; did you mean 'glue/sst2'?"},
    {"SecondDev", DenseTrial, [](TrialSpec& s) { s.task.dev_mismatched = "c"; },
     "task.dev_mismatched: layout tsv has one evaluation file"},
    {"LabelsOfRegression", DenseTrial,
     [](TrialSpec& s) {
       s.task.kind = "regression";
       s.task.labels = {"a", "b"};
     },
     "task.labels: a regression has none"},
    {"Stride", SpanTrial, [](TrialSpec& s) { s.task.stride = s.task.max_length; },
     "task.stride: 128 is not between 0 and max_length 128"},
    {"NoCandidates", SpanTrial, [](TrialSpec& s) { s.task.n_best = 0; }, "task.n_best: 0"},
    {"Metric", DenseTrial, [](TrialSpec& s) { s.metric = "acuracy"; },
     "metric: unknown 'acuracy'; did you mean 'accuracy'?"},
    {"MetricOfAnotherTask", SpanTrial, [](TrialSpec& s) { s.metric = "accuracy"; },
     "metric: unknown 'accuracy'; known: f1, exact_match"},
    {"Layout", DenseTrial, [](TrialSpec& s) { s.task.format.layout = "tvs"; },
     "task.format.layout: unknown 'tvs'; did you mean 'tsv'?"},
    {"NoText", DenseTrial, [](TrialSpec& s) { s.task.format.text.clear(); },
     "task.format.text: 0 columns"},
    {"MaxLength", DenseTrial, [](TrialSpec& s) { s.task.max_length = 2; }, "task.max_length: 2"},
    {"LabelTwice", DenseTrial,
     [](TrialSpec& s) {
       s.task.labels = {"a", "a"};
     },
     "task.labels: "},
    {"NoSteps", DenseTrial, [](TrialSpec& s) { s.training.steps = 0; }, "training.steps: 0"},
    {"NoBatch", DenseTrial, [](TrialSpec& s) { s.training.batch = 0; }, "training.batch: 0"},
    {"Rate", DenseTrial, [](TrialSpec& s) { s.training.learning_rate = 0; },
     "training.learning_rate: 0 is not above 0"},
    {"HeadRate", DenseTrial, [](TrialSpec& s) { s.training.head_learning_rate = -1; },
     "training.head_learning_rate: -1"},
    {"Decay", DenseTrial, [](TrialSpec& s) { s.training.weight_decay = -0.5; },
     "training.weight_decay: -0.5"},
    {"WithinWarmup", DenseTrial, [](TrialSpec& s) { s.training.steps = 30; },
     "training.steps: 30 steps end within the warm-up of 30"},
    {"Accumulation", DenseTrial, [](TrialSpec& s) { s.training.accumulation = 5; },
     "training.accumulation: 5 does not divide a batch of 32"},
    {"NoAccumulation", DenseTrial, [](TrialSpec& s) { s.training.accumulation = 0; },
     "training.accumulation: 0"},
    {"Dropout", DenseTrial, [](TrialSpec& s) { s.training.dropout = 1; }, "training.dropout: 1"},
    {"AttentionDropout", DenseTrial, [](TrialSpec& s) { s.training.attention_dropout = -0.1; },
     "training.attention_dropout: -0.1"},
    {"TeacherOfRegression", DenseTrial,
     [](TrialSpec& s) {
       s.task.kind = "regression";
       s.training.teacher = "t";
     },
     "training.teacher: "},
    {"Temperature", DenseTrial,
     [](TrialSpec& s) {
       s.training.teacher = "t";
       s.training.distillation_temperature = 0;
     },
     "training.distillation_temperature: 0"},
    {"Keep", DenseTrial, [](TrialSpec& s) { s.training.keep = "bets"; },
     "training.keep: unknown 'bets'; did you mean 'best'?"},
    {"BestOfNone", DenseTrial, [](TrialSpec& s) { s.training.keep = "best"; },
     "training.keep: best needs evaluations"},
    {"PatienceWithNone", DenseTrial, [](TrialSpec& s) { s.training.patience = 3; },
     "training.patience: 3 evaluations, but"},
    {"Precision", DenseTrial, [](TrialSpec& s) { s.training.precision = "fp16"; },
     "training.precision: unknown 'fp16'; did you mean 'fp32'?"},
    {"Method", SoftTrial, [](TrialSpec& s) { s.pruning.method = "soft_movment"; },
     "pruning.method: unknown 'soft_movment'; did you mean 'soft_movement'?"},
    {"LambdaWithRank", RankTrial, [](TrialSpec& s) { s.pruning.lambda = 5; },
     "pruning.lambda: 5 does not fit movement"},
    {"NoDensity", RankTrial, [](TrialSpec& s) { s.pruning.density.reset(); },
     "pruning.density: missing"},
    {"DensityZero", RankTrial, [](TrialSpec& s) { s.pruning.density = 0; },
     "pruning.density: 0 is outside (0, 1]"},
    {"DensityPercent", RankTrial, [](TrialSpec& s) { s.pruning.density = 10; },
     "pruning.density: 10 is outside (0, 1]"},
    {"DensityWithSoft", SoftTrial, [](TrialSpec& s) { s.pruning.density = 0.1; },
     "pruning.density: 0.1 does not fit soft_movement"},
    {"NoLambda", SoftTrial, [](TrialSpec& s) { s.pruning.lambda.reset(); },
     "pruning.lambda: missing"},
    {"LambdaZero", SoftTrial, [](TrialSpec& s) { s.pruning.lambda = 0; }, "pruning.lambda: 0"},
    {"LambdaWithDense", DenseTrial, [](TrialSpec& s) { s.pruning.lambda = 7; },
     "pruning.lambda: 7 does not fit dense"},
    {"DensityWithDense", DenseTrial, [](TrialSpec& s) { s.pruning.density = 0.5; },
     "pruning.density: 0.5 does not fit dense"},
    {"TargetWithDense", DenseTrial, [](TrialSpec& s) { s.pruning.target_density = 0.5; },
     "pruning.target_density: 0.5 does not fit dense"},
    {"TwoDensities", RankTrial, [](TrialSpec& s) { s.pruning.target_density = 0.1; },
     "pruning.target_density: 0.1 stands beside density 0.1"},
    {"TargetZero", SoftTrial, [](TrialSpec& s) { s.pruning.target_density = 0; },
     "pruning.target_density: 0 is outside (0, 1]"},
    {"TargetOfReference", SoftTrial,
     [](TrialSpec& s) {
       s.pruning.target_density = 0.1;
       s.pruning.numerics = "reference";
     },
     "pruning.target_density: 0.1 needs numerics: standard; in reference numerics give lambda"},
    {"OneShotSoft", SoftTrial, [](TrialSpec& s) { s.pruning.schedule = "one_shot"; },
     "pruning.schedule: one_shot needs a method that ranks weights"},
    {"ScoreInit", RankTrial, [](TrialSpec& s) { s.pruning.score_init = "kaiming_uniforn"; },
     "pruning.score_init: unknown 'kaiming_uniforn'; did you mean 'kaiming_uniform'?"},
    {"UniformWidth", RankTrial,
     [](TrialSpec& s) {
       s.pruning.score_init = "uniform";
       s.pruning.score_init_scale = 0;
     },
     "pruning.score_init_scale: 0"},
    {"KaimingWidth", RankTrial,
     [](TrialSpec& s) {
       s.pruning.score_init = "kaiming_uniform";
       s.pruning.score_init_scale = 0.1;
     },
     "pruning.score_init_scale: 0.1 does not fit kaiming_uniform"},
    {"L0TooSlow", SoftTrial,
     [](TrialSpec& s) {
       s.pruning.method = "l0";
       s.pruning.score_learning_rate = 3e-2;
     },
     "pruning.score_learning_rate: 0.03 moves a score by at most about 4.5 in 300 steps, pruning "
     "by l0 from 2.197 takes 4.59"},
    {"NoRoomToPrune", RankTrial, [](TrialSpec& s) { s.training.steps = 60; },
     "training.steps: 60 steps leave none to prune in"},
    {"ScoresTooSlow", SoftTrial, [](TrialSpec& s) { s.pruning.score_learning_rate = 1e-2; },
     "pruning.score_learning_rate: 0.01 moves a score by at most about 1.5 in 300 steps, pruning "
     "at "
     "tau 0.1 takes 2.2"},
    {"Tau", SoftTrial, [](TrialSpec& s) { s.pruning.tau = 0.5; }, "pruning.tau: 0.5"},
    {"GlobalSoft", SoftTrial, [](TrialSpec& s) { s.pruning.selection = "global"; },
     "pruning.selection: global"},
    {"GlobalMagnitudeReference", RankTrial,
     [](TrialSpec& s) {
       s.pruning.method = "magnitude";
       s.pruning.selection = "global";
       s.pruning.numerics = "reference";
     },
     "pruning.selection: in reference numerics"},
    {"Structure", RankTrial, [](TrialSpec& s) { s.pruning.structure = "head"; },
     "pruning.structure: unknown 'head'"},
    {"Rank", DenseTrial, [](TrialSpec& s) { s.world.rank = 1; }, "world.rank: 1"},
    {"Device", DenseTrial, [](TrialSpec& s) { s.device = "cuda:x"; }, "device: unknown 'cuda:x'"},
    {"Threads", DenseTrial, [](TrialSpec& s) { s.threads = 0; }, "threads: 0"},
};

INSTANTIATE_TEST_SUITE_P(All, ValidateBroken, ::testing::ValuesIn(kBroken),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sparsweep::contract
