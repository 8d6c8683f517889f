// The header of a safetensors file: names, types, shapes and byte ranges, checked against the
// file's size. Untrusted bytes: every number is bounded before it is used. No torch.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::contract {

struct TensorEntry {
  std::string name;
  std::string dtype;  // "F32", "F16", "BF16", "I64", "I32", "U8", …
  std::vector<int64_t> shape;
  uint64_t begin = 0;  // bytes from the start of the data section
  uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<TensorEntry> tensors;             // in the order of their bytes
  std::map<std::string, std::string> metadata;  // __metadata__
  uint64_t data_start = 0;                      // offset of the data section in the file

  [[nodiscard]] const TensorEntry* Find(std::string_view name) const;
};

// Where the data section starts, 8 + header length, from the first 8 bytes (or more): how much to
// read before ParseSafetensorsHeader. INVALID_ARGUMENT: truncated, or a header over 100 MB.
[[nodiscard]] absl::StatusOr<uint64_t> SafetensorsDataStart(std::string_view first_bytes,
                                                            uint64_t file_size);

// `prefix` holds at least the first min(file_size, 8 + header length) bytes of the file.
// INVALID_ARGUMENT (naming the tensor): truncated file, header over 100 MB or not JSON, unknown
// type, negative or overflowing shape, size that does not fit shape and type, offsets that overlap,
// leave a gap or pass the end.
[[nodiscard]] absl::StatusOr<SafetensorsHeader> ParseSafetensorsHeader(std::string_view prefix,
                                                                       uint64_t file_size);

// Bytes of one element of `dtype`; 0 when unknown.
[[nodiscard]] uint64_t DtypeSize(std::string_view dtype);

// The bytes a file starts with: 8-byte length, then the JSON padded with spaces so that data starts
// at a multiple of 8 bytes. Entries' `begin` and `end` are used as they are.
[[nodiscard]] std::string SerializeSafetensorsHeader(
    const std::vector<TensorEntry>& tensors, const std::map<std::string, std::string>& metadata);

}  // namespace sparsweep::contract
