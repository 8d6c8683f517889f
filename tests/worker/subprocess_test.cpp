#include "worker/subprocess.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::worker {
namespace {

constexpr int kPatienceMs = 20'000;

int OpenPidfd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

bool Ends(int pidfd) {
  pollfd ended{.fd = pidfd, .events = POLLIN, .revents = 0};
  return poll(&ended, 1, kPatienceMs) == 1;
}

class SubprocessTest : public testing::Test {
 protected:
  Subprocess::Options Shell(const std::string& script) {
    return {.argv = {"/bin/sh", "-c", script},
            .environment = {},
            .working_directory = folder_.path(),
            .stdout_path = folder_.File("out"),
            .stderr_path = folder_.File("err")};
  }
  std::unique_ptr<Subprocess> Start(const std::string& script) {
    auto process = Subprocess::Start(Shell(script));
    EXPECT_TRUE(process.ok()) << process.status();
    return *std::move(process);
  }
  ExitStatus Wait(Subprocess& process) {
    EXPECT_TRUE(Ends(process.pidfd()));
    return process.TryReap().value_or(ExitStatus{.exit_code = -1});
  }
  std::string Out() { return base::ReadFile(folder_.File("out"), 1 << 20).value_or(""); }
  // A number that the script writes, once it is there.
  pid_t NumberIn(const std::string& file) {
    pid_t number = 0;
    for (int i = 0; i < kPatienceMs && number == 0; ++i) {
      std::ifstream(folder_.File(file)) >> number;
      poll(nullptr, 0, 1);
    }
    return number;
  }

  test::TemporaryFolder folder_;
};

TEST_F(SubprocessTest, ExitCodeOutputAndFolder) {
  const auto process = Start("pwd; echo warning >&2; exit 7");
  const ExitStatus status = Wait(*process);
  EXPECT_EQ(status.exit_code, 7);
  EXPECT_EQ(status.signal, 0);
  EXPECT_EQ(status.ShellCode(), 7);
  EXPECT_EQ(Out(), folder_.path() + "\n");
  EXPECT_EQ(base::ReadFile(folder_.File("err"), 100).value(), "warning\n");
}

TEST_F(SubprocessTest, StillRunningIsNoStatus) {
  const auto process = Start("sleep 1000");
  EXPECT_FALSE(process->TryReap().has_value());
  process->SignalGroup(SIGTERM);
  EXPECT_EQ(Wait(*process).signal, SIGTERM);
  EXPECT_EQ(process->TryReap()->ShellCode(), 128 + SIGTERM);
}

TEST_F(SubprocessTest, AProgramThatIsNotThereIsAnErrorOfStart) {
  Subprocess::Options options = Shell("");
  options.argv = {"/no/such/program"};
  const auto process = Subprocess::Start(options);
  EXPECT_EQ(process.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(process.status().message().find("/no/such/program"), std::string::npos);
}

TEST_F(SubprocessTest, AFolderThatIsNotThereIsAnErrorOfStart) {
  Subprocess::Options options = Shell("true");
  options.working_directory = "/no/such/folder";
  EXPECT_EQ(Subprocess::Start(options).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SubprocessTest, EnvironmentIsOursWithReplacements) {
  setenv("SUBPROCESS_TEST_KEPT", "kept", 1);
  setenv("SUBPROCESS_TEST_REPLACED", "old", 1);
  Subprocess::Options options =
      Shell("echo $SUBPROCESS_TEST_KEPT $SUBPROCESS_TEST_REPLACED $SUBPROCESS_TEST_NEW");
  options.environment = {"SUBPROCESS_TEST_REPLACED=new", "SUBPROCESS_TEST_NEW=added"};
  auto process = Subprocess::Start(options);
  ASSERT_TRUE(process.ok());
  Wait(**process);
  EXPECT_EQ(Out(), "kept new added\n");
}

TEST_F(SubprocessTest, NoOtherDescriptorReachesTheChild) {
  const int leaked = open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  const auto process = Start("ls /proc/$$/fd");
  Wait(*process);
  close(leaked);
  std::istringstream lines(Out());
  for (int fd = 0; lines >> fd;) EXPECT_TRUE(fd <= 2 || fd == 10) << fd;  // 10 is the shell's own
}

TEST_F(SubprocessTest, StandardInputStaysOpenUntilItIsClosed) {
  const auto process = Start("echo $$ > child; cat; exit 3");
  ASSERT_GT(NumberIn("child"), 0);
  EXPECT_FALSE(process->TryReap().has_value());
  process->CloseStdin();
  EXPECT_EQ(Wait(*process).exit_code, 3);
}

TEST_F(SubprocessTest, SignalsReachTheWholeGroup) {
  const auto process = Start("sleep 1000 & echo $! > child; wait");
  const int child = OpenPidfd(NumberIn("child"));
  ASSERT_GE(child, 0);
  process->SignalGroup(SIGKILL);
  EXPECT_TRUE(Ends(child));
  EXPECT_EQ(Wait(*process).signal, SIGKILL);
  close(child);
}

TEST_F(SubprocessTest, NothingOfTheGroupOutlivesItsLeader) {
  const auto process = Start("sleep 1000 & echo $! > child; exit 0");
  const int child = OpenPidfd(NumberIn("child"));
  ASSERT_GE(child, 0);
  EXPECT_EQ(Wait(*process).exit_code, 0);
  EXPECT_TRUE(Ends(child));
  close(child);
}

TEST_F(SubprocessTest, TheDestructorKills) {
  auto process = Start("trap '' TERM; echo $$ > child; sleep 1000");
  const int child = OpenPidfd(NumberIn("child"));
  ASSERT_GE(child, 0);
  process.reset();
  EXPECT_TRUE(Ends(child));
  close(child);
}

TEST_F(SubprocessTest, IgnoredSignalsOfTheParentAreNotIgnoredInTheChild) {
  signal(SIGPIPE, SIG_IGN);
  const auto process = Start("kill -PIPE $$; exit 0");
  EXPECT_EQ(Wait(*process).signal, SIGPIPE);
  signal(SIGPIPE, SIG_DFL);
}

TEST_F(SubprocessTest, TheChildDiesWithItsParent) {
  const pid_t parent = fork();
  if (parent == 0) {
    const auto process = Start("echo $$ > child; exec sleep 1000");
    for (;;) pause();
  }
  const int child = OpenPidfd(NumberIn("child"));
  EXPECT_GE(child, 0);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(Ends(child));
  close(child);
}

}  // namespace
}  // namespace sparsweep::worker
