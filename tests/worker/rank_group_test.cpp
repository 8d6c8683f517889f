#include "worker/rank_group.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace sparsweep::worker {
namespace {

class RankGroupTest : public testing::Test {
 protected:
  // Runs a shell script for each rank, from `first_rank` on; the end that counts.
  RankEnd Run(const std::vector<std::string>& scripts, uint32_t first_rank = 0) {
    std::vector<RankOptions> ranks;
    for (const std::string& script : scripts) {
      ranks.push_back(
          {.rank = first_rank + static_cast<uint32_t>(ranks.size()),
           .process = {
               .program = "/bin/sh", .arguments = {"-c", script}, .directory = folder_.path()}});
    }
    base::EventLoop loop;
    RankEnd result;
    auto group = RankGroup::Start(loop, ranks, [&loop, &result](RankEnd end) {
      result = end;
      loop.Stop();
    });
    EXPECT_TRUE(group.ok()) << group.status();
    if (group.ok()) loop.Run();
    return result;
  }
  // Writes its process id, for the others, and ends.
  static std::string Ends(int code) {
    return "echo $$ > .pid; mv .pid pid; exit " + std::to_string(code);
  }

  test::TemporaryFolder folder_;
  const std::string forever_ = "while :; do sleep 1; done";
  const std::string until_it_is_reaped_ =
      "while [ ! -e pid ]; do :; done; while [ -d /proc/$(cat pid) ]; do :; done; ";
  const std::string until_it_has_ended_ =
      "while [ ! -e pid ]; do :; done; p=$(cat pid);"
      "while [ -d /proc/$p ] && ! grep -q ') Z' /proc/$p/stat; do :; done; ";
};

TEST_F(RankGroupTest, TheFirstFailureEndsTheOthersAndCounts) {
  const RankEnd end = Run({forever_, Ends(6), forever_});
  EXPECT_EQ(end.rank, 1U);
  EXPECT_EQ(end.status.exit_code, 6);
}

TEST_F(RankGroupTest, ASignalIsAFailure) {
  const RankEnd end = Run({forever_, "kill -9 $$"});
  EXPECT_EQ(end.rank, 1U);
  EXPECT_EQ(end.status.signal, SIGKILL);
}

TEST_F(RankGroupTest, TheEndOfRankZeroEndsTheOthers) {
  const RankEnd end = Run({"exit 0", forever_});
  EXPECT_EQ(end.rank, 0U);
  EXPECT_EQ(end.status.ShellCode(), 0);
}

TEST_F(RankGroupTest, RankZeroGoesOnWhenOthersAreThroughOrStopped) {
  for (const int code : {0, 8}) {
    const RankEnd end = Run({until_it_is_reaped_ + "exit 2", Ends(code)});
    EXPECT_EQ(end.rank, 0U);
    EXPECT_EQ(end.status.exit_code, 2);
    EXPECT_TRUE(std::filesystem::remove(folder_.File("pid")));
  }
}

// Whichever of the two the loop sees first.
TEST_F(RankGroupTest, TheRankThatDiedCountsAndNotTheOneThatMissedIt) {
  const RankEnd end = Run({until_it_has_ended_ + "exit 5", Ends(6), forever_});
  EXPECT_EQ(end.rank, 1U);
  EXPECT_EQ(end.status.exit_code, 6);
}

TEST_F(RankGroupTest, ALostCollectiveCountsWhereNobodyDiedHere) {
  const RankEnd end = Run({"exit 5", forever_});
  EXPECT_EQ(end.rank, 0U);
  EXPECT_EQ(end.status.exit_code, 5);
}

TEST_F(RankGroupTest, WithoutRankZeroAllGoToTheirEndAndAStopIsKept) {
  const RankEnd end = Run({Ends(0), until_it_is_reaped_ + "exit 8"}, 1);
  EXPECT_EQ(end.rank, 2U);
  EXPECT_EQ(end.status.exit_code, 8);
  EXPECT_EQ(Run({"exit 0", "exit 0"}, 1).status.ShellCode(), 0);
}

TEST_F(RankGroupTest, StartsAllOrNone) {
  base::EventLoop loop;
  const auto group = RankGroup::Start(
      loop,
      {{.rank = 0,
        .process = {.program = "/bin/sh",
                    .arguments = {"-c", forever_},
                    .directory = folder_.path()}},
       {.rank = 1,
        .process = {.program = "/no/such/program", .arguments = {}, .directory = folder_.path()}}},
      [](RankEnd) { FAIL() << "nothing was started"; });
  EXPECT_EQ(group.status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace sparsweep::worker
