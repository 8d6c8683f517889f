// kill -9 of a process that writes: everything it was told is on disk is there.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include <gtest/gtest.h>

#include "store/query.h"
#include "store/schema.h"
#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

using namespace store;

constexpr int kKills = 20;

// Numbers of acknowledged batches go down the pipe, in order, until the process is killed.
[[noreturn]] void WriteForever(const TemporaryFolder& folder, int acknowledgements) {
  TestExecutor loop;
  auto store = OpenStore(folder, loop);
  if (!store.ok()) _exit(1);
  const auto state = (*store)->Load();
  if (!state.ok()) _exit(2);
  int64_t number = state->next_sweep_id;
  for (;;) {
    // Several at once, so that they share transactions.
    int64_t answered = 0;
    for (int i = 0; i < 5; ++i, ++number) {
      WriteBatch batch{{InsertSweep{SampleSweep(number)}, InsertTrial{SampleTrial(number, number)},
                        AppendEvent{SampleEvent("sweep.created", number)}}};
      (*store)->Commit(std::move(batch), [&, number](absl::Status status) {
        if (!status.ok()) _exit(3);
        if (write(acknowledgements, &number, sizeof number) != sizeof number) _exit(4);
        ++answered;
      });
    }
    if (!loop.RunUntil([&] { return answered == 5; })) _exit(5);
  }
}

TEST(Kill, EveryAcknowledgedBatchSurvives) {
  const TemporaryFolder folder;
  std::mt19937 random(1);
  int64_t last_acknowledged = 0;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    SCOPED_TRACE(kill_number);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      WriteForever(folder, ends[1]);
    }
    close(ends[1]);
    // Killed after some acknowledgements, at whatever instruction it is then.
    const int wanted = 1 + static_cast<int>(random() % 60);
    int64_t number = 0;
    for (int i = 0; i < wanted; ++i) {
      ASSERT_EQ(read(ends[0], &number, sizeof number), static_cast<ssize_t>(sizeof number));
      last_acknowledged = number;
    }
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself, code " << WEXITSTATUS(status);
    while (read(ends[0], &number, sizeof number) == sizeof number) last_acknowledged = number;
    close(ends[0]);

    TestExecutor loop;
    auto store = OpenStore(folder, loop);
    ASSERT_TRUE(store.ok()) << store.status();
    const auto state = (*store)->Load();
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_GE(state->next_sweep_id - 1, last_acknowledged);
    EXPECT_EQ(static_cast<int64_t>(state->sweeps.size()), state->next_sweep_id - 1);
    EXPECT_EQ(state->trials.size(), state->sweeps.size()) << "half a batch is there";
    EXPECT_EQ(state->last_event_sequence, state->sweeps.size());
    auto reader = OpenForReading(folder.File("sparsweep.db"));
    ASSERT_TRUE(reader.ok()) << reader.status();
    Query integrity(**reader, "PRAGMA integrity_check");
    ASSERT_TRUE(integrity.Next()) << integrity.status();
    EXPECT_EQ(integrity.Text(0), "ok");
  }
}

}  // namespace
}  // namespace sparsweep::test
