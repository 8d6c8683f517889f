#include "coordinator/sweep/sweep_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "coordinator/search/points.h"
#include "tests/coordinator/sweep/sweep_text.h"

namespace sparsweep::coordinator::sweep {
namespace {

using test::SweepYamlWith;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

SweepSource Source(std::string_view yaml) { return {yaml, "/home/me/sweeps", "words.yaml"}; }

// Parses and lays out, as a submitted sweep is.
absl::Status Check(std::string_view yaml) {
  const auto spec = ParseSweep(Source(yaml));
  return spec.ok() ? search::LayOutPoints(*spec).status() : spec.status();
}

TEST(SweepParser, ReadsEveryPart) {
  const auto spec = ParseSweep(Source(test::kSweepYaml));
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->name, "words");
  EXPECT_EQ(spec->model.layers, 2u);
  EXPECT_EQ(spec->model.pooling, "mean");
  EXPECT_EQ(spec->task.max_length, 32u);
  EXPECT_EQ(spec->task.format.text, std::vector<std::string>{"definition"});
  EXPECT_EQ(spec->training.steps, 300u);
  EXPECT_EQ(spec->training.learning_rate, 5e-4);
  EXPECT_EQ(spec->pruning.score_learning_rate, 5e-2);
  EXPECT_EQ(spec->groups.size(), 4u);
  EXPECT_EQ(spec->seeds, std::vector<uint64_t>{1});
  EXPECT_EQ(spec->resources.max_concurrent_trials, 2u);
  EXPECT_EQ(spec->max_restarts, 2u);
}

TEST(SweepParser, FillsInDefaults) {
  const auto spec = ParseSweep(
      Source("name: small\nmodel: {path: /m}\ntask: {train: /t, dev: /d, format: {text: [a]}}\n"
             "training: {steps: 10}\ngroups: [{method: dense}]\n"));
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->seeds, std::vector<uint64_t>{1});
  EXPECT_EQ(spec->metric.name, "accuracy");
  EXPECT_EQ(spec->metric.goal, "maximize");
  EXPECT_EQ(spec->search.kind, "grid");
  EXPECT_EQ(spec->max_restarts, 2u);
  EXPECT_EQ(spec->resources.max_concurrent_trials, 0u);
}

TEST(SweepParser, ResolvesPathsAgainstTheFolderOfTheFile) {
  const auto spec = ParseSweep(Source(SweepYamlWith("models/minilm", "../models/./minilm/")));
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->model.path, "/home/me/models/minilm");
  EXPECT_EQ(spec->task.train, "/home/me/sweeps/words.train.tsv");
  EXPECT_EQ(spec->task.dev, "/data/words.dev.tsv");
}

TEST(SweepParser, ChecksAreAsFrequentAsEvaluationsUnlessGiven) {
  EXPECT_EQ(ParseSweep(Source(test::kSweepYaml))->training.checkpoint_every, 100u);
  const std::string given =
      SweepYamlWith("evaluate_every: 100", "evaluate_every: 100, checkpoint_every: 7");
  EXPECT_EQ(ParseSweep(Source(given))->training.checkpoint_every, 7u);
}

TEST(SweepParser, TheMetricIsTheTasksUnlessGiven) {
  const std::string none = SweepYamlWith("metric: {name: accuracy, goal: maximize}\n", "");
  EXPECT_EQ(ParseSweep(Source(none))->metric.name, "accuracy");
  std::string error = none;
  error.replace(error.find("{kind: grid}"), 12, "{kind: grid}\nmetric: {name: mean_squared_error}");
  error.replace(error.find("kind: classification"), 20, "kind: regression");
  const auto spec = ParseSweep(Source(error));
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->metric.goal, "minimize");
}

TEST(SweepParser, ATeacherIsAPathOrNone) {
  const auto spec = ParseSweep(Source(SweepYamlWith(
      "{method: dense}", "{method: dense, teacher: {values: [none, models/teacher]}}")));
  ASSERT_TRUE(spec.ok()) << spec.status();
  const Axis& teacher = spec->groups[0].axes[0];
  EXPECT_EQ(teacher.field, "teacher");
  EXPECT_EQ(teacher.values, (std::vector<FieldValue>{
                                std::string(), std::string("/home/me/sweeps/models/teacher")}));
}

TEST(SweepParser, ErrorCarriesWhereItIs) {
  const absl::Status status = Check(SweepYamlWith("lambda:", "lamda:"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              StartsWith("words.yaml:15:29: unknown key 'lamda'; did you mean 'lambda'?"));
  const base::ErrorReason reason = base::ReasonOf(status);
  EXPECT_EQ(reason.reason, "INVALID_SWEEP");
  EXPECT_THAT(reason.metadata,
              UnorderedElementsAre(Pair("file", "words.yaml"), Pair("line", "15"),
                                   Pair("column", "29"), Pair("field", "groups[3].lamda")));
}

struct BadSweep {
  const char* name;
  const char* from;
  const char* to;
  const char* message;  // its beginning and, after "…", something further on
};

void PrintTo(const BadSweep& sweep, std::ostream* out) { *out << sweep.to; }

class BadSweeps : public ::testing::TestWithParam<BadSweep> {};

TEST_P(BadSweeps, AreRefusedInOneLine) {
  const absl::Status status = Check(SweepYamlWith(GetParam().from, GetParam().to));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  const std::string expected = GetParam().message;
  const size_t gap = expected.find("…");
  EXPECT_THAT(message, StartsWith(expected.substr(0, gap)));
  if (gap != std::string::npos) {
    EXPECT_THAT(message, HasSubstr(expected.substr(gap + std::string("…").size())));
  }
}

const BadSweep kBadSweeps[] = {
    {"TopLevelKey", "training:", "trainings:",
     "words.yaml:9:1: unknown key 'trainings'; did you mean 'training'?"},
    {"NestedKey", "batch:", "bach:", "words.yaml:9:24: unknown key 'bach'; did you mean 'batch'?"},
    {"FarKey", "batch:", "microphone:", "words.yaml:9:24: unknown key 'microphone'; known: steps,"},
    {"KeyOfValues", "values: [0.10", "valuse: [0.10", "words.yaml:13:35: unknown key 'valuse'"},
    {"Number", "steps: 300", "steps: many",
     "words.yaml:9:19: training.steps: 'many' is not a whole"},
    {"Fraction", "batch: 32", "batch: 3.5",
     "words.yaml:9:31: training.batch: '3.5' is not a whole"},
    {"Negative", "steps: 300", "steps: -1", "words.yaml:9:19: training.steps: '-1' is not a whole"},
    {"QuotedNumber", "steps: 300", "steps: '300'",
     "words.yaml:9:19: training.steps:…remove the quotes"},
    {"Infinite", "5e-4", ".inf", "words.yaml:9:50: training.learning_rate: '.inf' is not a number"},
    {"HugeNumber", "5e-4", "1e999", "words.yaml:9:50: training.learning_rate: '1e999' is not a"},
    {"Boolean", "header: true", "header: yes",
     "words.yaml:7:33: task.format.header: 'yes' is not true or false"},
    {"ScalarForList", "text: [definition]", "text: definition",
     "words.yaml:7:45: task.format.text: 'definition' is not a list"},
    {"ScalarForMapping", "{path: models/minilm, layers: 2, pooling: mean}", "models/minilm",
     "words.yaml:2:8: model: 'models/minilm' is not a mapping"},
    {"Null", "steps: 300", "steps: null",
     "words.yaml:9:19: training.steps: nothing is not a whole"},
    {"ListInValues", "[1300, 2000, 3300]", "[]",
     "words.yaml:15:46: groups[3].lambda: an empty list"},
    {"TextInValues", "1300", "low", "words.yaml:15:47: groups[3].lambda.values[0]: 'low' is not a"},
    {"TwiceTheKey", "batch: 32", "steps: 32", "words.yaml:9:24: key 'steps' stands twice…line 9"},
    {"Anchor", "{score_learning_rate", "&p {score_learning_rate",
     "words.yaml:10:10: anchors and aliases are not supported"},
    {"Alias", "seeds: [1]", "seeds: *x", "words.yaml:16:8: …"},
    {"Tag", "name: words", "name: !!str words", "words.yaml:1:7: tags are not supported"},
    {"NotYaml", "seeds: [1]", "seeds: [1", "words.yaml:17:…not YAML"},
    {"SecondDocument", "seeds: [1]", "seeds: [1]\n---\nname: two",
     "words.yaml:18:1: a second document"},
    {"TooDeep", "seeds: [1]", "seeds: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]",
     "words.yaml:16:23: nested deeper than 16"},
    {"Name", "name: words", "name: Big Words",
     "words.yaml:1:7: name: 'Big Words' is not a sweep's"},
    {"NameThatIsAPath", "name: words", "name: ../words", "words.yaml:1:7: name: '../words' is not"},
    {"MissingName", "name: words", "max_restarts: 1", "words.yaml:20:1: key 'max_restarts' stands"},
    {"SeedTwice", "seeds: [1]", "seeds: [1, 2, 1]", "words.yaml:16:15: seeds[2]: 1 stands twice"},
    {"NoSeeds", "seeds: [1]", "seeds: []", "words.yaml:16:8: seeds: none"},
    {"UnknownMetric", "name: accuracy", "name: acuracy",
     "words.yaml:17:16: metric.name: unknown 'acuracy'; did you mean 'accuracy'?"},
    {"GoalAgainstTheMetric", "goal: maximize", "goal: minimize",
     "words.yaml:17:32: metric.goal: minimize is not what accuracy is for; give maximize or leave "
     "it out"},
    {"UnknownGoal", "goal: maximize", "goal: max", "words.yaml:17:32: metric.goal: unknown 'max'"},
    {"UnknownSearch", "kind: grid", "kind: gird",
     "words.yaml:18:16: search.kind: unknown 'gird'; did you mean 'grid'?"},
    {"NoRanks", "ranks: 1", "ranks: 0",
     "words.yaml:19:20: resources.ranks: 0 is too few; give at least 1"},
    {"Ranks", "ranks: 1", "ranks: 257",
     "words.yaml:19:20: resources.ranks: 257 is too many; give at most 256"},
    {"Threads", "threads: 1", "threads: 0", "words.yaml:19:32: threads: 0 is out of range"},
    {"MethodMissing", "{method: dense}", "{steps: 10}", "words.yaml:12:5: groups[0]: no method"},
    {"UnknownMethod", "method: movement", "method: moovement",
     "words.yaml:14:14: pruning.method: unknown 'moovement'; did you mean 'movement'?"},
    {"LambdaWithRank", "method: magnitude, density: {values: [0.10, 0.03]}",
     "method: magnitude, lambda: 2000",
     "words.yaml:13:33: pruning.lambda: 2000 does not fit magnitude…density"},
    {"DensityWithPenalty", "lambda: {values: [1300, 2000, 3300]}", "density: 0.1",
     "words.yaml:15:38: pruning.density: 0.1 does not fit soft_movement…lambda"},
    {"DensityAboveOne", "[0.10, 0.03]", "[0.10, 1.03]",
     "words.yaml:13:34: pruning.density: 1.03 is outside (0, 1]"},
    {"DensityZero", "[0.10, 0.03]", "[0, 0.03]", "words.yaml:13:34: pruning.density: 0 is outside"},
    {"ShorterThanWarmUp", "steps: 300", "steps: 30",
     "words.yaml:9:19: training.steps: 30 steps end"},
    {"NothingBetweenWarmUps", "steps: 300", "steps: 60",
     "words.yaml:9:19: training.steps: 60 steps leave none to prune in"},
    {"ScoresOutOfReach", "score_learning_rate: 5e-2", "score_learning_rate: 1e-2",
     "words.yaml:10:32: pruning.score_learning_rate: 0.01 moves a score by at most"},
    {"ModelWithoutPath", "path: models/minilm, ", "", "words.yaml:2:8: model.path: empty"},
    {"PointTwiceInAGroup", "[0.10, 0.03]", "[0.10, 0.1]",
     "words.yaml:13:5: groups[1]: a point that"},
    {"PointTwiceInGroups", "method: movement", "method: magnitude",
     "words.yaml:14:5: groups[2]: a point that groups[1] in line 13 has"},
};

INSTANTIATE_TEST_SUITE_P(, BadSweeps, ::testing::ValuesIn(kBadSweeps),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SweepParser, RefusesEmptyText) {
  EXPECT_THAT(std::string(Check("").message()), HasSubstr("words.yaml:1:1: is empty"));
  EXPECT_THAT(std::string(Check("# nothing\n").message()), HasSubstr("words.yaml:"));
}

TEST(SweepParser, RefusesWhatIsNoMapping) {
  EXPECT_THAT(std::string(Check("- a\n- b\n").message()),
              HasSubstr("words.yaml:1:1: file: a list is not a mapping"));
}

TEST(SweepParser, RefusesMoreThanAMegabyte) {
  EXPECT_THAT(std::string(Check(std::string((1 << 20) + 1, '#')).message()),
              HasSubstr("at most 1048576"));
}

TEST(SweepParser, RefusesMoreThanAHundredThousandPoints) {
  std::string values = "[1";
  for (int i = 2; i <= 1000; ++i) values += ", " + std::to_string(i);
  values += "]";
  const absl::Status status =
      Check(SweepYamlWith("{method: dense}", "{method: soft_movement, lambda: {values: " + values +
                                                 "}, steps: {values: " + values + "}}"));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("words.yaml:12:5: groups[0]: more than 100000 points"));
}

TEST(SweepParser, RelativePathsNeedAFolder) {
  const auto spec = ParseSweep({test::kSweepYaml, "", "words.yaml"});
  EXPECT_THAT(std::string(spec.status().message()),
              StartsWith("words.yaml:2:15: model.path: 'models/minilm' is relative"));
}

TEST(SweepParser, ListTakesSingleValuesOnly) {
  EXPECT_THAT(std::string(Check(SweepYamlWith("kind: grid", "kind: list")).message()),
              StartsWith("words.yaml:13:34: groups[1].density: search kind 'list'"));
}

}  // namespace
}  // namespace sparsweep::coordinator::sweep
