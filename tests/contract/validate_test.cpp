#include "contract/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

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

TEST(ValidateTest, AcceptsTheFourMethods) {
  EXPECT_TRUE(Validate(SoftTrial()).ok()) << Validate(SoftTrial());
  EXPECT_TRUE(Validate(DenseTrial()).ok()) << Validate(DenseTrial());
  TrialSpec rank = RankTrial();
  EXPECT_TRUE(Validate(rank).ok()) << Validate(rank);
  rank.pruning.density = 1;
  rank.pruning.selection = "global";
  rank.pruning.method = "magnitude";
  EXPECT_TRUE(Validate(rank).ok()) << Validate(rank);
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
    {"Kind", DenseTrial, [](TrialSpec& s) { s.task.kind = "span"; }, "task.kind: unknown 'span'"},
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
