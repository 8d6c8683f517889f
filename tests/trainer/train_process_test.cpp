#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "contract/mask_file.h"
#include "tests/trainer/child_process.h"
#include "tests/trainer/trainer_trial.h"

namespace sparsweep::test {
namespace {

using ::testing::HasSubstr;

TEST(TrainProcessTest, TrainsToTheEnd) {
  const TemporaryFolder folder;
  const contract::TrialSpec spec = TinyTrial(folder.path(), "movement");
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)});
  ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
  EXPECT_EQ(trainer.Stderr(), "");
  EXPECT_FALSE(std::filesystem::exists(spec.directory + "/error.json"));

  const auto events = ReadEvents(spec.directory);
  ASSERT_FALSE(events.empty());
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].sequence, i + 1);
  const auto* const finished = std::get_if<contract::Finished>(&events.back().body);
  ASSERT_NE(finished, nullptr);
  EXPECT_GT(finished->score, 0.6);

  const std::string masks = FileBytes(spec.directory + "/masks.safetensors");
  const auto parsed = contract::ParseMaskFile(masks);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  int64_t ones = 0;
  for (const auto& mask : *parsed) ones += mask.Ones();
  EXPECT_EQ(ones, kTinyPrunable / 4);
  bool announced = false;
  for (const auto& event : events) {
    if (const auto* mask = std::get_if<contract::MaskWritten>(&event.body)) {
      announced = mask->hash == contract::ContentHash(masks) && mask->file == "masks.safetensors";
    }
    if (const auto* checkpoint = std::get_if<contract::CheckpointWritten>(&event.body);
        checkpoint != nullptr && event.step == 40) {
      EXPECT_EQ(checkpoint->hash,
                contract::ContentHash(FileBytes(spec.directory + "/" + checkpoint->file)));
    }
  }
  EXPECT_TRUE(announced);
  for (const char* file : {"config.json", "model.safetensors", "vocab.txt"}) {
    EXPECT_TRUE(std::filesystem::exists(spec.directory + "/model/" + file)) << file;
  }
}

TEST(TrainProcessTest, CheckPrintsWhatATrialWouldReadAndItsHashIsAccepted) {
  const TemporaryFolder folder;
  contract::TrialSpec spec = TinyTrial(folder.path(), "soft_movement");
  ChildProcess check(folder.path(), {"check", WriteSpec(folder, spec)});
  ASSERT_EQ(check.Wait(), 0) << check.Stderr();
  const auto line = nlohmann::json::parse(check.Stdout());
  EXPECT_EQ(line["train_examples"], 400);
  EXPECT_EQ(line["dev_examples"], 200);
  EXPECT_EQ(line["labels"], 3);
  EXPECT_EQ(line["prunable"], kTinyPrunable);
  spec.input_hash = line["input_hash"];
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)});
  EXPECT_EQ(trainer.Wait(), 0) << trainer.Stderr();
}

TEST(TrainProcessTest, EndsWhenItsStdinDoes) {
  const TemporaryFolder folder;
  contract::TrialSpec spec = TinyTrial(folder.path(), "dense");
  spec.training.steps = 10'000'000;
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec), "--exit-on-stdin-eof"});
  ASSERT_TRUE(trainer.RunUntil([&] { return !ReadEvents(spec.directory).empty(); }));
  trainer.CloseStdin();
  EXPECT_EQ(trainer.Wait(), 129);
}

TEST(TrainProcessTest, GoesOnWithoutStdinUnlessTold) {
  const TemporaryFolder folder;
  const contract::TrialSpec spec = TinyTrial(folder.path(), "dense");
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)});
  trainer.CloseStdin();
  EXPECT_EQ(trainer.Wait(), 0) << trainer.Stderr();
}

TEST(TrainProcessTest, TokenizePrintsTheIdsOfEachLine) {
  const TemporaryFolder folder;
  WriteTinyModel(folder.File("model"));
  std::ofstream(folder.File("model/vocab.txt")) << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n";
  ChildProcess tokenize(folder.path(), {"tokenize", "--model", folder.File("model")});
  tokenize.WriteStdin("a B\n\nb? [MASK]\n");
  tokenize.CloseStdin();
  EXPECT_EQ(tokenize.Wait(), 0) << tokenize.Stderr();
  EXPECT_EQ(tokenize.Stdout(), "2 5 6 3\n2 3\n2 6 1 4 3\n");
}

// What it exports is a model that it can train on: the head and the pooler come from there.
TEST(TrainProcessTest, FirstTokenPoolingExportsAClassifier) {
  const TemporaryFolder folder;
  contract::TrialSpec spec = TinyTrial(folder.path(), "movement");
  spec.model.pooling = "cls";
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)});
  ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
  const std::string exported = spec.directory + "/model";
  const auto config = nlohmann::json::parse(FileBytes(exported + "/config.json"));
  EXPECT_EQ(config["architectures"][0], "BertForSequenceClassification");
  ChildProcess inspect(folder.path(), {"inspect", exported + "/model.safetensors"});
  ASSERT_EQ(inspect.Wait(), 0) << inspect.Stderr();
  for (const char* name : {"bert.pooler.dense.weight", "classifier.weight", "classifier.bias"}) {
    EXPECT_THAT(inspect.Stdout(), HasSubstr(name));
  }
  spec.model.path = exported;
  spec.attempt_number = 2;
  spec.directory = folder.File("again");
  ChildProcess again(folder.path(), {"train", WriteSpec(folder, spec)});
  ASSERT_EQ(again.Wait(), 0) << again.Stderr();
  for (const auto& event : ReadEvents(spec.directory)) {
    EXPECT_FALSE(std::holds_alternative<contract::Warning>(event.body)) << "drawn at random";
  }
}

TEST(TrainProcessTest, InspectShowsTensorsAndMasks) {
  const TemporaryFolder folder;
  const contract::TrialSpec spec = TinyTrial(folder.path(), "magnitude");
  ChildProcess trainer(folder.path(), {"train", WriteSpec(folder, spec)});
  ASSERT_EQ(trainer.Wait(), 0) << trainer.Stderr();
  ChildProcess model(folder.path(), {"inspect", folder.File("model/model.safetensors")});
  ASSERT_EQ(model.Wait(), 0);
  EXPECT_THAT(model.Stdout(), HasSubstr("embeddings.word_embeddings.weight"));
  ChildProcess masks(folder.path(), {"inspect", spec.directory + "/masks.safetensors"});
  ASSERT_EQ(masks.Wait(), 0);
  EXPECT_THAT(masks.Stdout(), HasSubstr("12 matrices, 1024 of 4096 weights kept: density 0.25"));
}

TEST(TrainProcessTest, WrongUseIsExplained) {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"train"}, {"fly", "x"}}) {
    ChildProcess trainer(folder.path(), arguments);
    EXPECT_EQ(trainer.Wait(), 2);
    EXPECT_THAT(trainer.Stderr(), HasSubstr("usage: sparsweep-trainer train SPEC.json"));
  }
}

}  // namespace
}  // namespace sparsweep::test
