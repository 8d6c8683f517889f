#include "pruning_core/mask/bit_mask.h"

#include <algorithm>
#include <bit>

namespace sparsweep::core {

BitMask::BitMask(int64_t size, bool kept)
    : size_(size), bytes_(static_cast<size_t>((size + kBlock - 1) / kBlock * 8)) {
  Fill(kept);
}

int64_t BitMask::Ones() const {
  int64_t ones = 0;
  for (int64_t block = 0; block < blocks(); ++block) ones += std::popcount(Block(block));
  return ones;
}

uint64_t BitMask::Block(int64_t block) const {
  const uint8_t* bytes = bytes_.data() + block * 8;
  uint64_t bits = 0;
  for (int j = 0; j < 8; ++j) bits |= uint64_t{bytes[j]} << (8 * j);
  return bits;
}

void BitMask::SetBlock(int64_t block, uint64_t bits) {
  uint8_t* bytes = bytes_.data() + block * 8;
  for (int j = 0; j < 8; ++j) bytes[j] = static_cast<uint8_t>(bits >> (8 * j));
}

void BitMask::Fill(bool kept) {
  std::fill(bytes_.begin(), bytes_.end(), kept ? uint8_t{0xFF} : uint8_t{0});
  if (!kept) return;
  const auto whole = static_cast<size_t>(size_ / 8);
  if (size_ % 8 != 0) bytes_[whole] = static_cast<uint8_t>((1u << (size_ % 8)) - 1);
  std::fill(bytes_.begin() + (size_ + 7) / 8, bytes_.end(), uint8_t{0});
}

}  // namespace sparsweep::core
