#include "pruning_core/distributed/connect_ranks.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/distributed/rendezvous.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/pruning_core/distributed/rank_threads.h"
#include "tests/support/free_rendezvous.h"

namespace sparsweep::core {
namespace {

using test::FreeRendezvous;
using test::RunRanks;

double First(const at::Tensor& tensor) { return tensor.view(-1)[0].item<double>(); }

TEST(ConnectRanksTest, SumsMaximaAndBroadcastsReachAllRanks) {
  for (const int64_t size : {1, 2, 3}) {
    RunRanks(size, [&](ProcessGroup& group) {
      const auto rank = static_cast<double>(group.rank());
      const double sum = static_cast<double>(size * (size + 1)) / 2;
      for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
        const at::Tensor values = at::full({5, 7}, rank + 1, type);
        group.StartSum(values)->Wait();
        EXPECT_TRUE(values.eq(sum).all().item<bool>()) << size;
      }
      const at::Tensor words = at::full({2}, group.rank() - 5, at::kLong);
      group.StartMax(words)->Wait();
      EXPECT_EQ(First(words), static_cast<double>(size - 6));
      const at::Tensor told = at::full({3}, rank, at::kFloat);
      group.Broadcast(told, size - 1);
      EXPECT_EQ(First(told), static_cast<double>(size - 1));
      group.Barrier();
      EXPECT_EQ(group.bytes(), 35u * 4 + 35u * 8 + 2u * 8 + 3u * 4);
    });
  }
}

TEST(ConnectRanksTest, SumsThatAreUnderWayTogetherKeepApart) {
  RunRanks(3, [](ProcessGroup& group) {
    std::vector<at::Tensor> values;
    std::vector<std::unique_ptr<Transfer>> transfers;
    for (int i = 0; i < 20; ++i) {
      values.push_back(at::full({1000 * (i + 1)}, i * 10.0 + static_cast<double>(group.rank())));
      transfers.push_back(group.StartSum(values.back()));
    }
    for (size_t i = 0; i < values.size(); ++i) {
      transfers[i]->Wait();
      EXPECT_TRUE(values[i].eq(static_cast<double>(i) * 30 + 3).all().item<bool>()) << i;
    }
  });
}

TEST(ConnectRanksTest, ARankThatGoesAwayEndsTheOthers) {
  try {
    RunRanks(2, [](ProcessGroup& group) {
      if (group.rank() == 1) return;
      const at::Tensor values = at::full({1 << 20}, 1.0);
      group.StartSum(values)->Wait();
    });
    FAIL() << "the sum ended";
  } catch (const RankLost& error) {
    EXPECT_EQ(error.reason(), "RANK_LOST") << error.what();
  }
}

TEST(ConnectRanksTest, ARankThatKeepsOthersWaitingEndsThem) {
  try {
    RunRanks(
        2,
        [](ProcessGroup& group) {
          const at::Tensor values = at::full({1 << 20}, 1.0);
          if (group.rank() == 0) group.StartSum(values)->Wait();
          // Rank 1 takes part in nothing, but is there until rank 0 has given up.
          if (group.rank() == 1) {
            EXPECT_THROW(group.Barrier(), RankLost);
          }
        },
        std::chrono::seconds(1));
    FAIL() << "the sum ended";
  } catch (const RankLost& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

// The first sum runs out of time, and takes the second with it before the second's own limit.
TEST(ConnectRanksTest, WhicheverSumIsWaitedForTheRankThatDoesNotAnswerHangs) {
  for (const bool second : {false, true}) {
    RunRanks(
        2,
        [&](ProcessGroup& group) {
          if (group.rank() == 1) {  // there, and silent, for longer than the others wait
            std::this_thread::sleep_for(std::chrono::milliseconds(2500));
            return;
          }
          const at::Tensor values = at::full({2}, 1.0);
          const at::Tensor others = at::full({2}, 1.0);
          const std::unique_ptr<Transfer> early = group.StartSum(values);
          std::this_thread::sleep_for(std::chrono::milliseconds(500));
          const std::unique_ptr<Transfer> late = group.StartSum(others);
          try {
            (second ? late : early)->Wait();
            ADD_FAILURE() << "the sum ended";
          } catch (const RankLost& error) {
            EXPECT_EQ(error.reason(), "RANK_HANGS") << second << ": " << error.what();
          }
        },
        std::chrono::seconds(1));
  }
}

TEST(ConnectRanksTest, RanksThatDoNotComeAreMissedInTime) {
  const std::string rendezvous = FreeRendezvous();
  for (const int64_t rank : {0, 1}) {
    try {
      (void)ConnectRanks({.rank = rank,
                          .size = 2,
                          .rendezvous = rendezvous,
                          .connect_timeout = std::chrono::seconds(1)});
      FAIL() << rank;
    } catch (const RankLost& error) {
      EXPECT_EQ(error.reason(), "NO_RENDEZVOUS");
      EXPECT_THAT(error.what(), ::testing::HasSubstr(rendezvous));
    }
  }
}

TEST(ConnectRanksTest, GpusAreTheirOwnWhenAllDiffer) {
  EXPECT_TRUE(HaveGpusOfTheirOwn({"b", "a", "c"}));
  EXPECT_FALSE(HaveGpusOfTheirOwn({"b", "a", "b"}));
  EXPECT_FALSE(HaveGpusOfTheirOwn({"a", ""})) << "a rank on a CPU";
  EXPECT_FALSE(HaveGpusOfTheirOwn({""}));
}

TEST(RendezvousTest, AcceptsNamesAndAddresses) {
  EXPECT_EQ(ParseRendezvous("node-1:7000").host, "node-1");
  EXPECT_EQ(ParseRendezvous("10.0.0.1:7000").port, 7000);
  EXPECT_EQ(ParseRendezvous("[fe80::1]:7000").host, "fe80::1");
  for (const char* const text : {"", "host", "host:", ":7000", "host:0", "host:70000", "host:7x"}) {
    EXPECT_THROW((void)ParseRendezvous(text), UserError) << text;
  }
}

TEST(RendezvousTest, APortThatIsTakenIsNamed) {
  const std::string text = FreeRendezvous();
  const Rendezvous place = ParseRendezvous(text);
  const int taken = ListenAt(place);
  try {
    (void)ListenAt(place);
    FAIL();
  } catch (const RankLost& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(text));
  }
  close(taken);
}

TEST(RendezvousTest, TheWayToTheLoopbackIsTheLoopback) {
  EXPECT_EQ(AddressToward({"127.0.0.1", 7000}), "127.0.0.1");
}

TEST(RendezvousTest, AnAddressOfThisHostHasAnInterface) {
  EXPECT_EQ(InterfaceOf("127.0.0.1"), "lo");
  EXPECT_EQ(InterfaceOf("192.0.2.1"), "") << "an address that no host has";
}

}  // namespace
}  // namespace sparsweep::core
