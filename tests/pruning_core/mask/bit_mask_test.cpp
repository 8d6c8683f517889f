#include "pruning_core/mask/bit_mask.h"

#include <gtest/gtest.h>

namespace sparsweep::core {
namespace {

TEST(BitMask, FullMaskHasNoStrayBits) {
  for (const int64_t size : {0, 1, 7, 8, 9, 63, 64, 65, 130}) {
    const BitMask mask(size, true);
    EXPECT_EQ(mask.Ones(), size);
    EXPECT_EQ(mask.bytes().size(), static_cast<size_t>((size + 7) / 8));
    if (size % 8 != 0) {
      EXPECT_EQ(mask.bytes().back(), (1 << (size % 8)) - 1);
    }
  }
}

TEST(BitMask, BlocksAreLeastSignificantBitFirst) {
  BitMask mask(130);
  mask.SetBlock(1, 0x8000000000000102u);
  EXPECT_FALSE(mask.Get(64));
  EXPECT_TRUE(mask.Get(65));
  EXPECT_TRUE(mask.Get(72));
  EXPECT_TRUE(mask.Get(127));
  EXPECT_EQ(mask.Ones(), 3);
  EXPECT_EQ(mask.bytes()[8], 0x02);
  EXPECT_EQ(*mask.From(72), 0x01);
}

}  // namespace
}  // namespace sparsweep::core
