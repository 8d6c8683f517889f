// The ranks of an attempt as processes: how they end when one of them is killed, hangs or is
// stopped. That they train the same as one is shown in tests/pruning_core/train.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "tests/support/free_rendezvous.h"
#include "tests/trainer/child_process.h"
#include "tests/trainer/trainer_trial.h"

namespace sparsweep::test {
namespace {

constexpr uint32_t kEndless = 1'000'000;  // steps: hours

class RanksProcessTest : public ::testing::Test {
 protected:
  using Ranks = std::vector<std::unique_ptr<ChildProcess>>;

  // A process a rank; `options` after the spec's path.
  Ranks Start(contract::TrialSpec spec, uint32_t size,
              const std::vector<std::string>& options = {}) {
    Ranks ranks;
    spec.world = {.rank = 0, .size = size, .rendezvous = FreeRendezvous()};
    for (; spec.world.rank < size; ++spec.world.rank) {
      const std::string folder = folder_.File("rank-" + std::to_string(spec.world.rank));
      std::filesystem::create_directories(folder);
      std::ofstream(folder + "/spec.json", std::ios::trunc) << contract::ToJson(spec);
      std::vector<std::string> arguments{"train", folder + "/spec.json"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      ranks.push_back(std::make_unique<ChildProcess>(folder, arguments));
    }
    return ranks;
  }

  // As Start(), and in the middle of training.
  Ranks StartInto(const contract::TrialSpec& spec, uint32_t size,
                  const std::vector<std::string>& options = {}) {
    Ranks ranks = Start(spec, size, options);
    EXPECT_TRUE(ranks[0]->RunUntil([&] {
      const auto events = ReadEvents(spec.directory);
      return !events.empty() && events.back().step > 0;
    })) << ranks[0]->Stderr();
    return ranks;
  }

  [[nodiscard]] std::string Directory(uint32_t rank) const {
    return rank == 0 ? spec_.directory : spec_.directory + "/rank-" + std::to_string(rank);
  }

  void ExpectLost(uint32_t rank, ChildProcess& process, const std::string& reason) {
    EXPECT_EQ(process.Wait(), 5) << rank << ": " << process.Stderr();
    const contract::TrainerError error = ReadError(Directory(rank));
    EXPECT_EQ(error.failure_class, contract::FailureClass::kLostCollective) << rank;
    EXPECT_THAT(error.reason, ::testing::MatchesRegex(reason)) << rank << ": " << error.message;
    EXPECT_GT(error.step, 0) << rank;
  }

  TemporaryFolder folder_;
  contract::TrialSpec spec_ = TinyTrial(folder_.path(), "soft_movement");
};

TEST_F(RanksProcessTest, RankZeroWritesAndTheOthersLeaveTheirFolderEmpty) {
  Ranks ranks = Start(spec_, 3);
  for (const auto& rank : ranks) EXPECT_EQ(rank->Wait(), 0) << rank->Stderr();
  EXPECT_TRUE(std::holds_alternative<contract::Finished>(ReadEvents(spec_.directory).back().body));
  for (const char* const file : {"checkpoint-40.safetensors", "masks.safetensors", "model"}) {
    EXPECT_TRUE(std::filesystem::exists(spec_.directory + "/" + file)) << file;
  }
  for (const uint32_t rank : {1u, 2u}) {
    EXPECT_TRUE(std::filesystem::is_empty(Directory(rank))) << rank;
  }
}

TEST_F(RanksProcessTest, TheOthersEndWhenOneIsKilled) {
  spec_.training.steps = kEndless;
  for (const uint32_t killed : {0u, 1u, 2u}) {
    Ranks ranks = StartInto(spec_, 3);  // with 300 s for a rank that only hangs
    ranks[killed]->Signal(SIGKILL);
    for (uint32_t rank = 0; rank < 3; ++rank) {
      if (rank != killed) ExpectLost(rank, *ranks[rank], "RANK_LOST");
    }
    std::filesystem::remove_all(spec_.directory);
  }
}

TEST_F(RanksProcessTest, TheOthersEndWhenOneHangs) {
  spec_.training.steps = kEndless;
  for (const uint32_t hanging : {0u, 1u}) {
    Ranks ranks = StartInto(spec_, 2, {"--hang-timeout", "3"});
    ranks[hanging]->Signal(SIGSTOP);
    ExpectLost(1 - hanging, *ranks[1 - hanging], "RANK_HANGS");
    ranks[hanging]->Signal(SIGKILL);
    std::filesystem::remove_all(spec_.directory);
  }
}

TEST_F(RanksProcessTest, OneOfSeveralThatHangsEndsThemAll) {
  spec_.training.steps = kEndless;
  Ranks ranks = StartInto(spec_, 3, {"--hang-timeout", "3"});
  ranks[1]->Signal(SIGSTOP);
  // Whoever gives up first is gone for the other.
  ExpectLost(0, *ranks[0], "RANK_HANGS|RANK_LOST");
  ExpectLost(2, *ranks[2], "RANK_HANGS|RANK_LOST");
}

TEST_F(RanksProcessTest, StoppedTheyEndAfterTheSameStepAndGoOnFromItsCheckpoint) {
  spec_.training.steps = 600;
  spec_.training.evaluate_every = 0;
  Ranks ranks = StartInto(spec_, 2);
  ranks[1]->Signal(SIGTERM);  // one is enough
  for (const auto& rank : ranks) EXPECT_EQ(rank->Wait(), 8) << rank->Stderr();
  const int64_t step = ReadError(spec_.directory).step;
  EXPECT_EQ(ReadError(Directory(1)).step, step);
  spec_.resume_from = spec_.directory + "/checkpoint-" + std::to_string(step) + ".safetensors";
  spec_.directory = folder_.File("second");
  for (const auto& rank : Start(spec_, 2)) EXPECT_EQ(rank->Wait(), 0) << rank->Stderr();
  EXPECT_EQ(ReadEvents(spec_.directory).front().step, step);
}

TEST_F(RanksProcessTest, NowhereToMeetIsTheUsersError) {
  spec_.world = {.rank = 0, .size = 2, .rendezvous = ""};
  ChildProcess trainer(folder_.path(), {"train", WriteSpec(folder_, spec_)});
  EXPECT_EQ(trainer.Wait(), 2);
  EXPECT_THAT(trainer.Stderr(), ::testing::HasSubstr("world.rendezvous: ''"));
}

TEST_F(RanksProcessTest, BadOptionsAreRefused) {
  for (const std::vector<std::string>& options : {std::vector<std::string>{"--hang-timeout"},
                                                  {"--hang-timeout", "0"},
                                                  {"--hang-timeout", "x"},
                                                  {"--what"}}) {
    std::vector<std::string> arguments{"train", folder_.File("none.json")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    ChildProcess trainer(folder_.path(), arguments);
    EXPECT_EQ(trainer.Wait(), 2) << trainer.Stderr();
    EXPECT_THAT(trainer.Stderr(), ::testing::HasSubstr("--hang-timeout SECONDS"));
  }
}

}  // namespace
}  // namespace sparsweep::test
