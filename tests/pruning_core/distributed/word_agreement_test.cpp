#include "pruning_core/distributed/word_agreement.h"

#include <gtest/gtest.h>

#include "tests/pruning_core/distributed/rank_threads.h"

namespace sparsweep::core {
namespace {

using test::RunRanks;

TEST(WordAgreementTest, EqualWordsAgree) {
  RunRanks(3, [](ProcessGroup& group) {
    WordAgreement agreement(group);
    EXPECT_EQ(agreement.Finish(), std::nullopt);  // nothing was started
    agreement.Start({0, ~uint64_t{0}, uint64_t{1} << 63, 12345});
    EXPECT_EQ(agreement.Finish(), std::nullopt);
    EXPECT_EQ(agreement.Finish(), std::nullopt);
  });
}

TEST(WordAgreementTest, AllRanksFindTheFirstWordThatDiffers) {
  for (const int64_t odd : {0, 1, 2}) {
    for (const uint64_t bit : {uint64_t{1}, uint64_t{1} << 63}) {
      RunRanks(3, [&](ProcessGroup& group) {
        WordAgreement agreement(group);
        std::vector<uint64_t> words{7, 8, 9, 10};
        if (group.rank() == odd) {
          words[2] ^= bit;
          words[3] ^= bit;
        }
        agreement.Start(words);
        EXPECT_EQ(agreement.Finish(), 2u);
      });
    }
  }
}

TEST(WordAgreementTest, OnePairTravelsForAnyNumberOfWords) {
  RunRanks(2, [](ProcessGroup& group) {
    WordAgreement agreement(group);
    const uint64_t before = group.bytes();
    agreement.Start(std::vector<uint64_t>(72, 1));
    EXPECT_EQ(agreement.Finish(), std::nullopt);
    EXPECT_EQ(group.bytes() - before, 16u);
  });
}

}  // namespace
}  // namespace sparsweep::core
