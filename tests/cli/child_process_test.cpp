#include "cli/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "tests/support/temporary_folder.h"

namespace sparsweep::cli {
namespace {

class ChildProcessTest : public testing::Test {
 protected:
  std::unique_ptr<ChildProcess> Start(const std::string& script) {
    auto child = ChildProcess::Start({"/bin/sh", "-c", script}, Log());
    EXPECT_TRUE(child.ok()) << child.status();
    return *std::move(child);
  }
  std::string Log() const { return folder_.path() + "/log"; }
  std::string ReadLog() const {
    std::ifstream stream(Log());
    return std::string((std::istreambuf_iterator<char>(stream)), {});
  }
  // Ends with the child, or the test's own time limit.
  static std::string WaitForEnd(ChildProcess* child) {
    std::optional<ChildEnd> how;
    while (!(how = child->HowItEnded())) std::this_thread::yield();
    return how->text;
  }

  test::TemporaryFolder folder_;
};

TEST_F(ChildProcessTest, SaysHowItEnded) {
  EXPECT_EQ(WaitForEnd(Start("exit 3").get()), "exit code 3");
  EXPECT_EQ(WaitForEnd(Start("kill -9 $$").get()), "signal 9 (Killed)");
}

TEST_F(ChildProcessTest, WritesItsLogAndKeepsTheOneBefore) {
  WaitForEnd(Start("echo first").get());
  WaitForEnd(Start("echo out; echo err >&2").get());
  EXPECT_EQ(ReadLog(), "out\nerr\n");
  std::ifstream previous(Log() + ".previous");
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(previous)), {}), "first\n");
}

TEST_F(ChildProcessTest, StopsOnSigterm) {
  const auto child =
      Start("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done");
  while (ReadLog() != "ready\n") std::this_thread::yield();
  EXPECT_TRUE(child->Stop(std::chrono::seconds(60)));
  EXPECT_EQ(ReadLog(), "ready\nbye\n");
}

TEST_F(ChildProcessTest, IsKilledWithItsGroupWhenTheGraceIsOver) {
  const auto child = Start("trap '' TERM; sleep 1000 & echo ready; wait");
  while (ReadLog() != "ready\n") std::this_thread::yield();
  EXPECT_FALSE(child->Stop(std::chrono::milliseconds(1)));
  EXPECT_EQ(child->HowItEnded()->exit_code, 128 + 9);
}

TEST_F(ChildProcessTest, ReadsTheEndOfItsStdinWhenItsOwnerIsKilled) {
  const pid_t owner = fork();
  if (owner == 0) {
    const auto child = ChildProcess::Start({"/bin/sh", "-c", "cat; echo end of input"}, Log());
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(owner, &status, 0), owner);
  while (ReadLog() != "end of input\n") std::this_thread::yield();
}

TEST_F(ChildProcessTest, NamesAProgramThatIsNotThere) {
  const auto child = ChildProcess::Start({"/nowhere/sparsweep-worker"}, Log());
  EXPECT_EQ(child.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(child.status().message()),
              testing::HasSubstr("/nowhere/sparsweep-worker"));
}

TEST_F(ChildProcessTest, NamesALogThatCannotBeWritten) {
  const auto child = ChildProcess::Start({"/bin/true"}, folder_.path() + "/no/log");
  EXPECT_THAT(std::string(child.status().message()), testing::HasSubstr("/no/log"));
}

}  // namespace
}  // namespace sparsweep::cli
