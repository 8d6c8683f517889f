// One bit a weight: 1 = kept.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sparsweep::core {

// Row-major over a matrix [out, in], least significant bit first, unused bits of the last byte 0:
// the layout of contract/mask_file.h. A plain value.
class BitMask {
 public:
  static constexpr int64_t kBlock = 64;  // weights that are written together

  BitMask() = default;
  explicit BitMask(int64_t size, bool kept = false);

  [[nodiscard]] int64_t size() const { return size_; }
  [[nodiscard]] bool Get(int64_t i) const {
    return (bytes_[static_cast<size_t>(i / 8)] >> (i % 8)) & 1;
  }
  [[nodiscard]] int64_t Ones() const;
  // ceil(size/8) bytes.
  [[nodiscard]] std::span<const uint8_t> bytes() const {
    return {bytes_.data(), static_cast<size_t>((size_ + 7) / 8)};
  }
  // Bits of weights begin…; `begin` is a multiple of 8.
  [[nodiscard]] const uint8_t* From(int64_t begin) const { return bytes_.data() + begin / 8; }
  // Weights block·64 … block·64 + 63, the first in the lowest bit; bits beyond size are 0.
  [[nodiscard]] int64_t blocks() const { return (size_ + kBlock - 1) / kBlock; }
  [[nodiscard]] uint64_t Block(int64_t block) const;
  void SetBlock(int64_t block, uint64_t bits);
  void Fill(bool kept);

  friend bool operator==(const BitMask&, const BitMask&) = default;

 private:
  int64_t size_ = 0;
  std::vector<uint8_t> bytes_;  // a multiple of 8, so that SetBlock never leaves it
};

}  // namespace sparsweep::core
