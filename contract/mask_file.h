// masks.safetensors: one bit a weight. Per matrix a U8 tensor [ceil(n/8)], row-major, least
// significant bit first; shape, density and the XXH3-64 of its bytes stand in the metadata under
// "<matrix>.shape" ("384,384"), "<matrix>.density" (shortest decimal that reads back the same) and
// "<matrix>.xxh3" (16 hex digits).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::contract {

struct MaskMatrix {
  std::string name;  // "encoder.layer.0.attention.self.query.weight"
  int64_t rows = 0;  // [rows, columns] = [out, in]
  int64_t columns = 0;
  std::vector<uint8_t> bits;  // ceil(rows·columns/8) bytes; unused bits of the last byte are 0

  [[nodiscard]] int64_t numel() const { return rows * columns; }
  [[nodiscard]] int64_t Ones() const;

  bool operator==(const MaskMatrix&) const = default;
};

// The whole file as bytes, deterministic for equal masks.
[[nodiscard]] std::string SerializeMaskFile(const std::vector<MaskMatrix>& matrices);

// INVALID_ARGUMENT names the matrix: wrong size for its shape, checksum or density that does not
// fit, stray bits.
[[nodiscard]] absl::StatusOr<std::vector<MaskMatrix>> ParseMaskFile(std::string_view bytes);

// XXH3-64 as 16 lower-case hex digits: the hash of masks, checkpoints and events.
[[nodiscard]] std::string ContentHash(std::string_view bytes);

}  // namespace sparsweep::contract
