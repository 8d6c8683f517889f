#include "worker/trial_directory.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace sparsweep::worker {
namespace {

namespace fs = std::filesystem;

class TrialDirectoryTest : public testing::Test {
 protected:
  void Open() {
    auto directory = TrialDirectory::Open(folder_.File("worker"));
    ASSERT_TRUE(directory.ok()) << directory.status();
    directory_ = *std::move(directory);
  }
  std::string Touch(const AttemptId& id, const std::string& file) {
    fs::create_directories(directory_->AttemptPath(id));
    const std::string path = directory_->AttemptPath(id) + "/" + file;
    std::ofstream(path) << "x";
    return path;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<TrialDirectory> directory_;
};

TEST(CheckpointStep, OnlyWholeCheckpoints) {
  EXPECT_EQ(CheckpointStep("checkpoint-120.safetensors"), 120);
  EXPECT_EQ(CheckpointStep("checkpoint-000120.safetensors"), 120);
  for (const char* name :
       {"checkpoint-120.safetensors.partial", "checkpoint-.safetensors",
        "checkpoint-1x.safetensors", "checkpoint--1.safetensors", "masks.safetensors",
        "checkpoint-120.safetensors.damaged", "checkpoint-99999999999999999999.safetensors"}) {
    EXPECT_EQ(CheckpointStep(name), -1) << name;
  }
}

TEST_F(TrialDirectoryTest, TheNewestWholeCheckpointOfTheNamedAttempts) {
  Open();
  EXPECT_EQ(directory_->NewestCheckpoint("t-000004", {2, 1}), "");
  Touch({"t-000004", 1}, "checkpoint-90.safetensors");
  const std::string first = Touch({"t-000004", 1}, "checkpoint-100.safetensors");
  Touch({"t-000004", 2}, "checkpoint-50.safetensors");
  Touch({"t-000004", 2}, "checkpoint-200.safetensors.partial");
  const std::string later = Touch({"t-000004", 3}, "checkpoint-100.safetensors");
  Touch({"t-000005", 1}, "checkpoint-300.safetensors");
  EXPECT_EQ(directory_->NewestCheckpoint("t-000004", {2, 1}), first);
  EXPECT_EQ(directory_->NewestCheckpoint("t-000004", {3, 2, 1}), later);
  EXPECT_EQ(directory_->NewestCheckpoint("t-000004", {}), "");
}

TEST_F(TrialDirectoryTest, AnAttemptsFolderIsEmptyAndWhatWasThereIsPutAside) {
  Open();
  const AttemptId id{"t-000004", 1};
  for (const char* file : {"first", "second"}) {
    Touch(id, file);
    ASSERT_TRUE(directory_->PrepareAttempt(id).ok());
    EXPECT_TRUE(fs::is_empty(directory_->AttemptPath(id)));
    EXPECT_TRUE(fs::exists(directory_->AttemptPath(id) + ".old/" + file));
  }
  EXPECT_FALSE(fs::exists(directory_->AttemptPath(id) + ".old/first"));
}

TEST_F(TrialDirectoryTest, CheckpointsOfAnAcceptedTrialAreRemoved) {
  Open();
  const std::string first = Touch({"t-000004", 1}, "checkpoint-90.safetensors");
  const std::string second = Touch({"t-000004", 2}, "checkpoint-100.safetensors");
  const std::string masks = Touch({"t-000004", 2}, "masks.safetensors");
  const std::string other = Touch({"t-000005", 1}, "checkpoint-90.safetensors");
  directory_->RemoveCheckpoints("t-000004");
  EXPECT_FALSE(fs::exists(first));
  EXPECT_FALSE(fs::exists(second));
  EXPECT_TRUE(fs::exists(masks));
  EXPECT_TRUE(fs::exists(other));
}

TEST_F(TrialDirectoryTest, IsForThisUserAlone) {
  Open();
  EXPECT_EQ(fs::status(folder_.File("worker")).permissions(), fs::perms::owner_all);
}

TEST_F(TrialDirectoryTest, TwoWorkersDoNotShareIt) {
  Open();
  const auto second = TrialDirectory::Open(folder_.File("worker"));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_NE(second.status().message().find("--directory"), std::string::npos);
  directory_.reset();
  Open();
}

TEST_F(TrialDirectoryTest, AFolderThatCannotBeMadeIsNamed) {
  std::ofstream(folder_.File("file")) << "x";
  const auto directory = TrialDirectory::Open(folder_.File("file/below"));
  ASSERT_FALSE(directory.ok());
  EXPECT_NE(directory.status().message().find("file/below"), std::string::npos);
}

TEST_F(TrialDirectoryTest, ACheckGetsAnEmptyFolderEachTime) {
  Open();
  const auto first = directory_->PrepareCheck("../evil name");
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->starts_with(folder_.File("worker/checks/")));
  std::ofstream(*first + "/left") << "x";
  const auto second = directory_->PrepareCheck("../evil name");
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(fs::is_empty(*second));
  directory_->RemoveCheck("../evil name");
  EXPECT_FALSE(fs::exists(*second));
}

// A child in its own group that waits for a signal. Made before the folder is opened: it would keep
// the lock.
class Child {
 public:
  Child() : pid_(fork()) {
    if (pid_ == 0) {
      for (;;) pause();
    }
    setpgid(pid_, pid_);
  }
  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool killed() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_ && info.si_status == SIGKILL;
  }

 private:
  pid_t pid_;
};

TEST_F(TrialDirectoryTest, EndsWhatAnEarlierWorkerLeft) {
  const Child left;
  Open();
  ASSERT_TRUE(
      directory_->RememberProcess({"t-000001", 1}, IdentifyProcess(left.pid()).value()).ok());
  directory_.reset();
  Open();
  EXPECT_TRUE(left.killed());
  EXPECT_TRUE(fs::is_empty(folder_.File("worker/running")));
}

TEST_F(TrialDirectoryTest, LeavesAnotherProcessWithTheSameNumberAlone) {
  const Child other;
  Open();
  ProcessIdentity identity = IdentifyProcess(other.pid()).value();
  --identity.start_time;
  ASSERT_TRUE(directory_->RememberProcess({"t-000001", 1}, identity).ok());
  directory_.reset();
  Open();
  EXPECT_FALSE(other.killed());
  EXPECT_TRUE(fs::is_empty(folder_.File("worker/running")));
}

TEST_F(TrialDirectoryTest, WhatIsForgottenIsNotEnded) {
  const Child other;
  Open();
  ASSERT_TRUE(
      directory_->RememberProcess({"t-000001", 1}, IdentifyProcess(other.pid()).value()).ok());
  directory_->ForgetProcess({"t-000001", 1});
  directory_.reset();
  Open();
  EXPECT_FALSE(other.killed());
}

TEST_F(TrialDirectoryTest, NotesThatMakeNoSenseAreRemoved) {
  Open();
  for (const char* text : {"", "nonsense", "0 5", "1 5", "-1 5", "99999999999999999 1"}) {
    directory_.reset();
    std::ofstream(folder_.File("worker/running/t-000001.1")) << text;
    Open();
    EXPECT_TRUE(fs::is_empty(folder_.File("worker/running"))) << text;
  }
}

TEST(ProcessIdentity, TellsProcessesApart) {
  const Child child;
  const auto self = IdentifyProcess(getpid());
  const auto other = IdentifyProcess(child.pid());
  ASSERT_TRUE(self.has_value());
  ASSERT_TRUE(other.has_value());
  EXPECT_GT(other->start_time, 0U);
  EXPECT_NE(*self, *other);
  EXPECT_EQ(IdentifyProcess(getpid()), self);
}

}  // namespace
}  // namespace sparsweep::worker
