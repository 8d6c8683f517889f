#include "store/bit_codec.h"

#include <zstd.h>

#include "absl/strings/str_cat.h"

namespace sparsweep::store {
namespace {

constexpr int kLevel = 3;

}  // namespace

StoredBits EncodeBits(absl::Span<const uint8_t> bits) {
  std::string packed(ZSTD_compressBound(bits.size()), '\0');
  const size_t size = ZSTD_compress(packed.data(), packed.size(), bits.data(), bits.size(), kLevel);
  if (ZSTD_isError(size) != 0 || size > bits.size() - bits.size() / 10) {
    return {"raw", std::string(bits.begin(), bits.end())};
  }
  packed.resize(size);
  return {"zstd", std::move(packed)};
}

absl::StatusOr<std::vector<uint8_t>> DecodeBits(const StoredBits& stored, uint64_t bytes) {
  if (stored.encoding == "raw") {
    if (stored.content.size() != bytes) return absl::DataLossError("wrong number of bytes");
    return std::vector<uint8_t>(stored.content.begin(), stored.content.end());
  }
  if (stored.encoding != "zstd" ||
      ZSTD_getFrameContentSize(stored.content.data(), stored.content.size()) != bytes) {
    return absl::DataLossError("not a zstd frame of the stored size");
  }
  std::vector<uint8_t> bits(bytes);
  const size_t size =
      ZSTD_decompress(bits.data(), bits.size(), stored.content.data(), stored.content.size());
  if (ZSTD_isError(size) != 0 || size != bytes) {
    return absl::DataLossError("the zstd frame does not decode");
  }
  return bits;
}

}  // namespace sparsweep::store
