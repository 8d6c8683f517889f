// What a user can get wrong: the exit code, one line that names the field or the file, and
// error.json.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <ostream>

#include "tests/support/tiny_tasks.h"
#include "tests/trainer/child_process.h"
#include "tests/trainer/trainer_trial.h"

namespace sparsweep::test {
namespace {

using ::testing::HasSubstr;

void Overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

struct BadInput {
  std::string_view name;
  std::function<void(contract::TrialSpec&)> breaking;
  std::string_view reason;
  std::string_view named;  // in the message

  friend void PrintTo(const BadInput& row, std::ostream* out) { *out << row.name; }
};

class BadInputProcessTest : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadInputProcessTest, IsAUserErrorForTrainAndCheck) {
  const TemporaryFolder folder;
  contract::TrialSpec spec = TinyTrial(folder.path(), "movement");
  GetParam().breaking(spec);
  for (const char* verb : {"train", "check"}) {
    spec.directory = folder.File(verb);
    ChildProcess trainer(folder.path(), {verb, WriteSpec(folder, spec)});
    ASSERT_EQ(trainer.Wait(), 2) << trainer.Stderr();
    const std::string line = trainer.Stderr();
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    EXPECT_THAT(line, HasSubstr(std::string(GetParam().named)));
    const contract::TrainerError error = ReadError(spec.directory);
    EXPECT_EQ(error.failure_class, contract::FailureClass::kUser);
    EXPECT_EQ(error.reason, GetParam().reason);
    EXPECT_EQ("sparsweep-trainer: " + error.message + "\n", line);
  }
}

const BadInput kBadInputs[] = {
    {"NoModelDirectory", [](auto& s) { std::filesystem::remove_all(s.model.path); },
     "MODEL_NOT_FOUND", "/model"},
    {"NoWeights", [](auto& s) { std::filesystem::remove(s.model.path + "/model.safetensors"); },
     "MODEL_NOT_FOUND", "model.safetensors"},
    {"NotBert",
     [](auto& s) { Overwrite(s.model.path + "/config.json", R"({"model_type":"gpt2"})"); },
     "BAD_CONFIG", "gpt2"},
    {"ConfigCut", [](auto& s) { Overwrite(s.model.path + "/config.json", "{\"model_type\":"); },
     "BAD_CONFIG", "config.json"},
    {"WeightsTruncated",
     [](auto& s) { std::filesystem::resize_file(s.model.path + "/model.safetensors", 5000); },
     "BAD_SAFETENSORS", "model.safetensors"},
    {"WeightsOverlap",
     [](auto& s) {
       const std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                                  R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})";
       const std::string length{static_cast<char>(header.size()), 0, 0, 0, 0, 0, 0, 0};
       Overwrite(s.model.path + "/model.safetensors", length + header + std::string(12, '\0'));
     },
     "BAD_SAFETENSORS", "overlap"},
    {"WeightsMissing",
     [](auto& s) {
       std::string config = FileBytes(s.model.path + "/config.json");
       const std::string layers = "\"num_hidden_layers\":2";
       config.replace(config.find(layers), layers.size(), "\"num_hidden_layers\":3");
       Overwrite(s.model.path + "/config.json", config);
     },
     "TENSOR_MISSING", "encoder.layer.2."},
    {"TooManyLayers", [](auto& s) { s.model.layers = 3; }, "TOO_MANY_LAYERS", "model.layers: 3"},
    {"NoVocabulary", [](auto& s) { std::filesystem::remove(s.model.path + "/vocab.txt"); },
     "TOKENIZER_NOT_FOUND", "vocab.txt"},
    {"VocabularyTooLarge",
     [](auto& s) { std::ofstream(s.model.path + "/vocab.txt", std::ios::app) << "one\nmore\n"; },
     "BAD_TOKENIZER", "vocab_size"},
    {"NoTrainingFile", [](auto& s) { s.task.train += ".gz"; }, "DATA_NOT_FOUND", "task.train"},
    {"NoDevExamples", [](auto& s) { Overwrite(s.task.dev, "text\tlabel\n"); }, "DATA_EMPTY",
     "task.dev"},
    {"UnknownColumn", [](auto& s) { s.task.format.text = {"txt"}; }, "COLUMN_NOT_FOUND", "'txt'"},
    {"LabelNotInList",
     [](auto& s) {
       s.task.labels = {"alpha", "beta", "gama"};
     },
     "LABEL_NOT_IN_LIST", "gamma"},
    {"DevLabelUnknown",
     [](auto& s) { std::ofstream(s.task.dev, std::ios::app) << "kao kbo\tdelta\n"; },
     "LABEL_NOT_IN_LIST", "delta"},
    {"NotUtf8", [](auto& s) { std::ofstream(s.task.train, std::ios::app) << "kao \xff\talpha\n"; },
     "DATA_MALFORMED", "402"},
    {"EmptyLines", [](auto& s) { std::ofstream(s.task.dev, std::ios::app) << "\n\n"; },
     "DATA_MALFORMED", "2 lines empty (first: line 202)"},
    {"NoLabel", [](auto& s) { std::ofstream(s.task.train, std::ios::app) << "kao\t\n"; },
     "DATA_MALFORMED", "without a label"},
    {"UnknownMethod", [](auto& s) { s.pruning.method = "movment"; }, "BAD_SPEC",
     "did you mean 'movement'"},
    {"LambdaWithRank", [](auto& s) { s.pruning.lambda = 5; }, "BAD_SPEC", "pruning.lambda: 5"},
    {"Density", [](auto& s) { s.pruning.density = 1.5; }, "BAD_SPEC", "pruning.density: 1.5"},
    {"ShorterThanItsWarmUp", [](auto& s) { s.training.steps = 4; }, "BAD_SPEC",
     "training.steps: 4"},
    {"ScoresCannotReachTheThreshold",
     [](auto& s) {
       s.pruning.method = "soft_movement";
       s.pruning.density.reset();
       s.pruning.lambda = 30;
       s.pruning.score_learning_rate = 0.01;
     },
     "BAD_SPEC", "pruning.score_learning_rate: 0.01"},
    {"NoThreads", [](auto& s) { s.threads = 0; }, "BAD_SPEC", "threads: 0"},
    {"RanksWhoseGatesDiffer",
     [](auto& s) {
       s.world.size = 2;
       s.pruning.method = "l0";
       s.pruning.numerics = "reference";
       s.pruning.density.reset();
       s.pruning.lambda = 30;
     },
     "BAD_SPEC", "world.size: 2"},
    {"NoGpu", [](auto& s) { s.device = "cuda"; }, "NO_DEVICE", "device: 'cuda', but"},
    {"TeacherWithOtherLabels",
     [](auto& s) {
       s.training.teacher = s.model.path + "/../teacher";
       WriteTinyTeacher(s.training.teacher, {"alpha", "beta"});
     },
     "TEACHER_MISMATCH", "training.teacher"},
    {"TeacherMissing", [](auto& s) { s.training.teacher = "/nowhere"; }, "MODEL_NOT_FOUND",
     "training.teacher"},
    {"ScoreOutOfRange",
     [](auto& s) {
       s.task.kind = "regression";
       s.task.format = {.layout = "glue/stsb", .header = true, .text = {}, .label = ""};
       WriteTinyStsb(s.task.train, 20, 1);
       WriteTinyStsb(s.task.dev, 20, 2);
       std::ofstream(s.task.train, std::ios::app) << "20\tg\tf\t2012\t0\ts\ts\tkao\tkbo\t9.5\n";
     },
     "DATA_MALFORMED", "9.5"},
    {"AnswerOutsideItsContext",
     [](auto& s) {
       s.task.kind = "span";
       s.task.format = {.layout = "squad", .header = true, .text = {}, .label = ""};
       s.task.stride = 3;
       WriteTinySquad(s.task.train, 20, 1);
       WriteTinySquad(s.task.dev, 20, 2);
       std::string text = FileBytes(s.task.train);
       text.replace(text.find("\"answer_start\":"), 15, "\"answer_start\":9");
       Overwrite(s.task.train, text);
     },
     "DATA_MALFORMED", "answer"},
    {"UnknownMetric", [](auto& s) { s.metric = "acuracy"; }, "BAD_SPEC", "accuracy"},
    {"UnevenAccumulation", [](auto& s) { s.training.accumulation = 3; }, "BAD_SPEC",
     "training.accumulation: 3"},
    {"InputChanged", [](auto& s) { s.input_hash = std::string(32, 'a'); }, "INPUT_CHANGED",
     "input_hash"},
};

INSTANTIATE_TEST_SUITE_P(All, BadInputProcessTest, ::testing::ValuesIn(kBadInputs),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(BadSpecProcessTest, AnUnknownKeyIsNamedWithTheNearestOne) {
  const TemporaryFolder folder;
  Overwrite(folder.File("spec.json"), R"({"treads":1})");
  ChildProcess trainer(folder.path(), {"train", folder.File("spec.json")});
  EXPECT_EQ(trainer.Wait(), 2);
  EXPECT_THAT(trainer.Stderr(), HasSubstr("unknown key 'treads'; did you mean 'threads'?"));
}

TEST(BadSpecProcessTest, AMissingSpecAndAMissingDirectoryAreNamed) {
  const TemporaryFolder folder;
  ChildProcess missing(folder.path(), {"train", folder.File("spec.json")});
  EXPECT_EQ(missing.Wait(), 2);
  EXPECT_THAT(missing.Stderr(), HasSubstr(folder.File("spec.json")));
  contract::TrialSpec spec = TinyTrial(folder.path(), "dense");
  spec.directory.clear();
  ChildProcess homeless(folder.path(), {"train", WriteSpec(folder, spec)});
  EXPECT_EQ(homeless.Wait(), 2);
  EXPECT_THAT(homeless.Stderr(), HasSubstr("directory: empty"));
}

TEST(BadSpecProcessTest, TheFolderOfAnEarlierAttemptIsNotUsedAgain) {
  const TemporaryFolder folder;
  const contract::TrialSpec spec = TinyTrial(folder.path(), "dense");
  const std::string path = WriteSpec(folder, spec);
  ChildProcess first(folder.path(), {"train", path});
  ASSERT_EQ(first.Wait(), 0) << first.Stderr();
  const std::string events = FileBytes(spec.directory + "/events.jsonl");
  ChildProcess second(folder.path(), {"train", path});
  EXPECT_EQ(second.Wait(), 2);
  EXPECT_THAT(second.Stderr(), HasSubstr("directory: "));
  EXPECT_EQ(FileBytes(spec.directory + "/events.jsonl"), events);
}

class BadCheckpointProcessTest : public ::testing::Test {
 protected:
  // A whole run with checkpoints of steps 30 and 40; spec_ resumes from `name` of it.
  void ResumeFrom(const std::string& name) {
    ChildProcess first(folder_.path(), {"train", WriteSpec(folder_, spec_)});
    ASSERT_EQ(first.Wait(), 0) << first.Stderr();
    spec_.resume_from = spec_.directory + "/" + name;
    ++spec_.attempt_number;
  }
  void FlipABit(const std::string& path) {
    std::string bytes = FileBytes(path);
    bytes[bytes.size() / 2] ^= 1;
    Overwrite(path, bytes);
  }
  void ExpectRefusal(const std::string& reason, const std::string& named) {
    for (const char* verb : {"train", "check"}) {
      spec_.directory = folder_.File(verb);
      ChildProcess second(folder_.path(), {verb, WriteSpec(folder_, spec_)});
      EXPECT_EQ(second.Wait(), 2) << verb;
      EXPECT_EQ(ReadError(spec_.directory).reason, reason) << verb;
      EXPECT_THAT(second.Stderr(), HasSubstr(named)) << verb;
    }
  }

  TemporaryFolder folder_;
  contract::TrialSpec spec_ = TinyTrial(folder_.path(), "movement");
};

TEST_F(BadCheckpointProcessTest, DamagedItIsNamedWhenThereIsNoneBefore) {
  ResumeFrom("checkpoint-30.safetensors");
  FlipABit(spec_.resume_from);
  ExpectRefusal("CHECKPOINT_DAMAGED", spec_.resume_from);
}

TEST_F(BadCheckpointProcessTest, DamagedItIsPassedOverForTheOneBefore) {
  ResumeFrom("checkpoint-40.safetensors");
  const std::string before = spec_.directory + "/checkpoint-30.safetensors";
  FlipABit(spec_.resume_from);
  spec_.directory = folder_.File("check");
  ChildProcess check(folder_.path(), {"check", WriteSpec(folder_, spec_)});
  ASSERT_EQ(check.Wait(), 0) << check.Stderr();
  EXPECT_THAT(check.Stdout(), HasSubstr("\"resumes_from\":\"" + before));
  spec_.directory = folder_.File("second");
  ChildProcess second(folder_.path(), {"train", WriteSpec(folder_, spec_)});
  ASSERT_EQ(second.Wait(), 0) << second.Stderr();
  const auto events = ReadEvents(spec_.directory);
  EXPECT_EQ(events.front().step, 30);
  ASSERT_TRUE(std::holds_alternative<contract::Warning>(events[1].body));
  const std::string& text = std::get<contract::Warning>(events[1].body).text;
  EXPECT_THAT(text, HasSubstr(spec_.resume_from));
  EXPECT_THAT(text, ::testing::EndsWith(before));
}

TEST_F(BadCheckpointProcessTest, OfOtherNumericsTheFieldAndBothValuesAreNamed) {
  ResumeFrom("checkpoint-40.safetensors");
  spec_.pruning.numerics = "reference";
  ExpectRefusal("CHECKPOINT_MISMATCH",
                "pruning.numerics is \"standard\" there and \"reference\" here");
}

TEST_F(BadCheckpointProcessTest, OfAnotherModelItIsRefused) {
  ResumeFrom("checkpoint-40.safetensors");
  WriteTinyTeacher(spec_.model.path);
  ExpectRefusal("CHECKPOINT_MISMATCH", "input_hash is \"");
}

TEST_F(BadCheckpointProcessTest, AFolderWithoutOneIsNamed) {
  spec_.resume_from = folder_.File("model");
  ExpectRefusal("CHECKPOINT_NOT_FOUND", "resume_from: there is no checkpoint in ");
}

// Tests may run as root, whom no mode stops: a folder below a regular file stops everyone.
TEST(DiskProcessTest, AFolderThatCannotBeMadeIsADiskError) {
  const TemporaryFolder folder;
  contract::TrialSpec spec = TinyTrial(folder.path(), "dense");
  spec.directory = spec.task.train + "/attempt-1";
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)});
  EXPECT_EQ(trainer.Wait(), 7);
  EXPECT_THAT(trainer.Stderr(), HasSubstr("cannot create directory " + spec.directory +
                                          ": Not a directory; free space there or give another"));
}

TEST(DiskProcessTest, ACheckpointThatCannotBeWrittenIsADiskErrorAndLeavesNoFile) {
  const TemporaryFolder folder;
  const contract::TrialSpec spec = TinyTrial(folder.path(), "dense");
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)}, {.file_bytes = 20'000});
  EXPECT_EQ(trainer.Wait(), 7);
  EXPECT_THAT(trainer.Stderr(), HasSubstr("File too large"));
  EXPECT_EQ(ReadError(spec.directory).failure_class, contract::FailureClass::kDisk);
  for (const auto& entry : std::filesystem::directory_iterator(spec.directory)) {
    EXPECT_THAT(entry.path().filename().string(), ::testing::Not(HasSubstr("checkpoint")));
  }
}

TEST(NumericProcessTest, ALossThatIsNotFiniteHasItsOwnClassAndStep) {
  const TemporaryFolder folder;
  contract::TrialSpec spec = TinyTrial(folder.path(), "dense");
  spec.training.learning_rate = 1e30;
  spec.training.max_grad_norm = 0;
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)});
  EXPECT_EQ(trainer.Wait(), 6) << trainer.Stderr();
  const contract::TrainerError error = ReadError(spec.directory);
  EXPECT_EQ(error.failure_class, contract::FailureClass::kNumeric);
  EXPECT_GT(error.step, 0);
  EXPECT_FALSE(error.matrix.empty());
}

}  // namespace
}  // namespace sparsweep::test
