// Packed mask bits as they are stored: compressed where that pays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace sparsweep::store {

struct StoredBits {
  std::string encoding;  // "raw" | "zstd"
  std::string content;
};

// zstd when it saves a tenth or more: random bits do not compress, pruned blocks and dense masks
// do.
[[nodiscard]] StoredBits EncodeBits(absl::Span<const uint8_t> bits);

// DATA_LOSS when `content` does not decode to `bytes` bytes.
[[nodiscard]] absl::StatusOr<std::vector<uint8_t>> DecodeBits(const StoredBits& stored,
                                                              uint64_t bytes);

}  // namespace sparsweep::store
