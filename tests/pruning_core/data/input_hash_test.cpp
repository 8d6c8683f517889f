#include "pruning_core/data/input_hash.h"

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

class InputFiles : public testing::Test {
 protected:
  void SetUp() override {
    spec_.model.path = directory_ + "/model";
    spec_.task.train = directory_ + "/train.tsv";
    spec_.task.dev = directory_ + "/dev.tsv";
    spec_.task.dev_mismatched = directory_ + "/dev2.tsv";
    std::filesystem::create_directories(spec_.model.path);
    for (const std::string& file : Files()) Write(file, "of " + file);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::vector<std::string> Files() const {
    return {spec_.model.path + "/config.json",
            spec_.model.path + "/model.safetensors",
            spec_.model.path + "/vocab.txt",
            spec_.task.train,
            spec_.task.dev,
            spec_.task.dev_mismatched};
  }
  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }

  const std::string directory_ =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  contract::TrialSpec spec_;
};

TEST_F(InputFiles, TheHashFollowsTheContentOfEachFile) {
  const std::string hash = InputHash(spec_);
  EXPECT_EQ(hash.size(), 32u);
  for (const std::string& file : Files()) {
    Write(file, "On " + file);
    EXPECT_NE(InputHash(spec_), hash) << file;
    Write(file, "of " + file);
    EXPECT_EQ(InputHash(spec_), hash) << file;
  }
  Write(spec_.model.path + "/tokenizer.json", "{}");
  EXPECT_NE(InputHash(spec_), hash);
}

TEST_F(InputFiles, TheHashDoesNotDependOnPathsOrOtherFiles) {
  const std::string hash = InputHash(spec_);
  Write(spec_.model.path + "/README.md", "x");
  std::filesystem::rename(spec_.task.dev, directory_ + "/moved.tsv");
  spec_.task.dev = directory_ + "/moved.tsv";
  EXPECT_EQ(InputHash(spec_), hash);
}

TEST_F(InputFiles, ShardsCountLikeOneFile) {
  std::filesystem::remove(spec_.model.path + "/model.safetensors");
  Write(spec_.model.path + "/model.safetensors.index.json",
        R"({"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})");
  Write(spec_.model.path + "/one.safetensors", "1");
  Write(spec_.model.path + "/two.safetensors", "2");
  const std::string hash = InputHash(spec_);
  Write(spec_.model.path + "/two.safetensors", "3");
  EXPECT_NE(InputHash(spec_), hash);
  std::filesystem::remove(spec_.model.path + "/two.safetensors");
  EXPECT_THROW((void)InputHash(spec_), UserError);
}

TEST_F(InputFiles, TrainAndDevCannotBeExchanged) {
  const std::string hash = InputHash(spec_);
  std::swap(spec_.task.train, spec_.task.dev);
  EXPECT_NE(InputHash(spec_), hash);
}

TEST_F(InputFiles, TheSecondDevSetIsNotTakenForTheFirst) {
  const std::string hash = InputHash(spec_);
  std::swap(spec_.task.dev, spec_.task.dev_mismatched);
  EXPECT_NE(InputHash(spec_), hash);
  spec_.task.dev_mismatched.clear();
  const std::string without = InputHash(spec_);
  EXPECT_NE(without, hash);
  spec_.training.teacher = directory_ + "/nowhere";
  EXPECT_EQ(InputHash(spec_), without);
}

TEST_F(InputFiles, AreCheckedAgainstTheSpec) {
  EXPECT_NO_THROW(CheckInputHash(spec_));
  spec_.input_hash = InputHash(spec_);
  EXPECT_NO_THROW(CheckInputHash(spec_));
  Write(spec_.task.dev, "changed");
  try {
    CheckInputHash(spec_);
    ADD_FAILURE() << "no error";
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "INPUT_CHANGED");
  }
}

TEST_F(InputFiles, AMissingFileIsAnError) {
  std::filesystem::remove(spec_.model.path + "/model.safetensors");
  try {
    static_cast<void>(InputHash(spec_));
    ADD_FAILURE() << "no error";
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "MODEL_NOT_FOUND");
    EXPECT_EQ(error.field(), "model.path");
  }
}

}  // namespace
}  // namespace sparsweep::core
