// A teacher's logits: computed once, kept by content, found again, and rebuilt when damaged.
#include "pruning_core/distill/teacher.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pruning_core/data/batch.h"
#include "pruning_core/distill/file_lock.h"
#include "pruning_core/distill/logit_key.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/train/run_inputs.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_tasks.h"

namespace sparsweep::core {
namespace {

using ::testing::HasSubstr;

class TeacherTest : public ::testing::Test {
 protected:
  TeacherTest() {
    at::set_num_threads(1);
    test::WriteTinyTeacher(folder_.File("teacher"));
    spec_ = test::TinyTrial(folder_.path(), "movement");
    spec_.training.teacher = folder_.File("teacher");
    spec_.cache_directory = folder_.File("cache");
    inputs_.emplace(LoadRunInputs(spec_));
  }

  // Computed or read; counts what the teacher did. Gives up after `patience` questions.
  std::optional<TeacherLogits> Obtain(int patience = 1 << 30) {
    int asked = 0;
    return ObtainTeacherLogits(
        spec_, *inputs_->teacher, inputs_->data, inputs_->pad_id,
        {.observer = {.progress = [&](int64_t done, int64_t) { passed_ = done; },
                      .stop_requested = [&] { return asked++ >= patience; }},
         .warn = [&](const std::string& text) { warning_ = text; }});
  }
  std::vector<std::filesystem::path> Files(const std::string& ending) const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(spec_.cache_directory)) {
      if (entry.path().string().ends_with(ending)) files.push_back(entry.path());
    }
    return files;
  }
  std::string Refusal() const {
    try {
      (void)LoadRunInputs(spec_);
      return "";
    } catch (const UserError& error) {
      EXPECT_EQ(error.field(), "training.teacher");
      return error.reason();
    }
  }

  test::TemporaryFolder folder_;
  contract::TrialSpec spec_;
  std::optional<RunInputs> inputs_;
  int64_t passed_ = 0;  // examples that the teacher went through last
  std::string warning_;
};

TEST_F(TeacherTest, SaysToEachExampleWhatTheModelSays) {
  const auto logits = Obtain();
  ASSERT_TRUE(logits.has_value());
  EXPECT_EQ(passed_, 400);
  const std::vector<uint32_t> rows{17, 3, 399};
  const at::Tensor direct =
      inputs_->teacher->InferLogits(MakeBatch(inputs_->data.train, rows, inputs_->pad_id));
  EXPECT_LT((logits->Of(rows, 0) - direct).abs().max().item<double>(), 1e-5);
}

TEST_F(TeacherTest, IsAskedOnce) {
  const auto first = Obtain();
  passed_ = 0;
  const auto second = Obtain();
  EXPECT_EQ(passed_, 0);
  EXPECT_TRUE(first->values().equal(second->values()));
  EXPECT_EQ(Files(".safetensors").size(), 1u);
}

TEST_F(TeacherTest, WithoutACacheItStaysInTheAttemptsFolder) {
  spec_.cache_directory = "";
  (void)Obtain();
  spec_.cache_directory = spec_.directory;
  EXPECT_EQ(Files(".safetensors").size(), 1u);
}

TEST_F(TeacherTest, ItsKeyIsContentAndThreads) {
  const std::string teacher = TeacherHash(*inputs_->teacher);
  const std::string key = LogitKey(teacher, inputs_->data.train, 0);
  std::filesystem::rename(folder_.File("teacher"), folder_.File("moved"));
  spec_.training.teacher = folder_.File("moved");
  EXPECT_EQ(TeacherHash(*LoadRunInputs(spec_).teacher), teacher);
  EXPECT_NE(LogitKey("other", inputs_->data.train, 0), key);
  EXPECT_NE(LogitKey(teacher, inputs_->data.dev, 0), key);
  EXPECT_NE(LogitKey(teacher, inputs_->data.train, 16), key);
  at::set_num_threads(2);
  EXPECT_NE(LogitKey(teacher, inputs_->data.train, 0), key);
  at::set_num_threads(1);
}

TEST_F(TeacherTest, ADamagedFileIsFoundAndComputedAgain) {
  const auto whole = Obtain();
  const auto path = Files(".safetensors").front();
  const auto size = std::filesystem::file_size(path);
  for (const char* damage : {"flip", "cut", "empty"}) {
    if (std::string_view(damage) == "flip") {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(size) - 9);
      const int byte = file.get();
      file.seekp(static_cast<std::streamoff>(size) - 9);
      file.put(static_cast<char>(byte ^ 4));
    } else {
      std::filesystem::resize_file(path, std::string_view(damage) == "cut" ? size - 1 : 0);
    }
    warning_.clear();
    passed_ = 0;
    const auto again = Obtain();
    EXPECT_EQ(passed_, 400) << damage;
    EXPECT_THAT(warning_, HasSubstr(path.string())) << damage;
    EXPECT_TRUE(again->values().equal(whole->values())) << damage;
    passed_ = 0;
    (void)Obtain();
    EXPECT_EQ(passed_, 0) << damage;
  }
}

TEST_F(TeacherTest, AskedToStopItLeavesNothingBehind) {
  EXPECT_FALSE(Obtain(3).has_value());
  EXPECT_EQ(passed_, 3 * 32);
  EXPECT_TRUE(Files(".safetensors").empty());
  EXPECT_TRUE(Files(".partial").empty());
  EXPECT_TRUE(Obtain().has_value());
}

TEST_F(TeacherTest, WhoeverFindsItLockedWaitsAndCanBeStopped) {
  std::filesystem::create_directories(spec_.cache_directory);
  (void)Obtain();
  const auto file = Files(".safetensors").front();
  std::filesystem::remove(file);
  FileLock lock(file.string() + ".lock");
  ASSERT_TRUE(lock.Acquire([] { return true; }));
  passed_ = 0;
  EXPECT_FALSE(Obtain(2).has_value());
  EXPECT_EQ(passed_, 0);
}

TEST_F(TeacherTest, AnotherLabelSetIsRefused) {
  test::WriteTinyTeacher(folder_.File("teacher"), {"alpha", "beta", "delta"});
  EXPECT_EQ(Refusal(), "TEACHER_MISMATCH");
  test::WriteTinyTeacher(folder_.File("teacher"), {"alpha", "beta"});
  EXPECT_EQ(Refusal(), "TEACHER_MISMATCH");
}

TEST_F(TeacherTest, AModelWithoutAHeadIsRefused) {
  spec_.training.teacher = folder_.File("model");
  EXPECT_EQ(Refusal(), "TEACHER_MISMATCH");
}

TEST_F(TeacherTest, ATeacherOfAnotherTaskIsRefused) {
  spec_ = test::TinySpanTrial(folder_.path(), "movement");
  spec_.training.teacher = folder_.File("teacher");
  EXPECT_EQ(Refusal(), "TEACHER_MISMATCH");
}

TEST_F(TeacherTest, ACacheThatCannotBeMadeIsADiskError) {
  spec_.cache_directory = spec_.task.train + "/cache";  // below a file
  EXPECT_THROW((void)Obtain(), std::system_error);
}

}  // namespace
}  // namespace sparsweep::core
