#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

TEST(SecondProcess, IsRefusedByNameUntilTheFirstIsGone) {
  const TemporaryFolder folder;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    TestExecutor loop;
    const auto store = OpenStore(folder, loop);
    const char answer = store.ok() ? 'y' : 'n';
    if (write(ends[1], &answer, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ends[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');

  TestExecutor loop;
  const auto refused = OpenStore(folder, loop);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(refused.status().message().find("pid " + std::to_string(child)),
            absl::string_view::npos)
      << refused.status();

  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(OpenStore(folder, loop).ok()) << "a killed holder leaves no lock behind";
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace sparsweep::test
