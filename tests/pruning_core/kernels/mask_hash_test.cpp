#include "pruning_core/kernels/mask_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace sparsweep::core {
namespace {

std::vector<uint8_t> RandomBytes(size_t size) {
  std::mt19937 random(3);
  std::vector<uint8_t> bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  return bytes;
}

// From the definition, a byte at a time; the blocks in the opposite order.
uint64_t BackwardSum(const std::vector<uint8_t>& mask) {
  uint64_t hash = 0;
  for (size_t block = (mask.size() + 7) / 8; block-- > 0;) {
    uint64_t bits = 0;
    for (size_t i = block * 8; i < std::min(mask.size(), block * 8 + 8); ++i) {
      bits |= uint64_t{mask[i]} << (i % 8 * 8);
    }
    hash += MaskHashPart(block, bits);
  }
  return hash;
}

TEST(MaskHash, IsTheSumOfItsPartsInAnyOrder) {
  EXPECT_EQ(MaskHash({}), 0u);
  for (const size_t size : {1, 7, 8, 9, 63, 64, 65, 1000, 4099}) {
    const std::vector<uint8_t> mask = RandomBytes(size);
    EXPECT_EQ(MaskHash(mask), BackwardSum(mask)) << size;
  }
}

// SplitMix64's first number for the state 0 is Mix(0) = 0xE220A8397B1DCDAF (its authors' test
// vector): the first block adds Mix of that and its bits.
TEST(MaskHash, MixesWithSplitMix64) {
  EXPECT_EQ(MaskHashPart(0, 0xE220A8397B1DCDAFu), 0xE220A8397B1DCDAFu);
  EXPECT_EQ(MaskHashPart(0, 5), Mix(0xE220A8397B1DCDAFu ^ 5));
}

TEST(MaskHash, EveryBitCounts) {
  std::vector<uint8_t> mask = RandomBytes(100);
  std::set<uint64_t> hashes{MaskHash(mask)};
  for (size_t bit = 0; bit < mask.size() * 8; ++bit) {
    mask[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    hashes.insert(MaskHash(mask));
    mask[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
  }
  EXPECT_EQ(hashes.size(), 801u);
}

TEST(MaskHash, SaysWhereABlockStands) {
  std::vector<uint8_t> mask(64, 0);
  std::set<uint64_t> hashes;
  for (size_t block = 0; block < 8; ++block) {  // the same bits at another place
    std::fill_n(mask.begin() + static_cast<ptrdiff_t>(block) * 8, 8, uint8_t{0xFF});
    hashes.insert(MaskHash(mask));
    std::fill(mask.begin(), mask.end(), uint8_t{0});
  }
  EXPECT_EQ(hashes.size(), 8u);
  mask = RandomBytes(64);
  const uint64_t before = MaskHash(mask);
  std::swap_ranges(mask.begin(), mask.begin() + 8, mask.begin() + 40);
  EXPECT_NE(MaskHash(mask), before);
}

}  // namespace
}  // namespace sparsweep::core
