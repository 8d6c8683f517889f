#include "pruning_core/distributed/shard.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace sparsweep::core {
namespace {

TEST(ShardTest, EveryRowIsOneRanksAndSharesAreEven) {
  for (size_t size = 0; size <= 20; ++size) {
    std::vector<uint32_t> rows(size);
    std::iota(rows.begin(), rows.end(), 100u);
    for (size_t ranks = 1; ranks <= 7; ++ranks) {
      std::vector<uint32_t> seen;
      for (size_t rank = 0; rank < ranks; ++rank) {
        const auto share = ShareOf(std::span<const uint32_t>(rows), rank, ranks);
        EXPECT_GE(share.size(), size / ranks);
        EXPECT_LE(share.size(), (size + ranks - 1) / ranks);
        seen.insert(seen.end(), share.begin(), share.end());
      }
      EXPECT_EQ(seen, rows) << size << " rows, " << ranks << " ranks";
    }
  }
}

}  // namespace
}  // namespace sparsweep::core
