#include "contract/mask_file.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <bit>
#include <charconv>
#include <map>
#include <optional>

#include "contract/safetensors_header.h"

namespace sparsweep::contract {
namespace {

int64_t PackedBytes(int64_t numel) { return (numel + 7) / 8; }

std::string Density(const MaskMatrix& matrix) {
  return fmt::format("{}",
                     static_cast<double>(matrix.Ones()) / static_cast<double>(matrix.numel()));
}

// "384,384" → [384, 384]; nullopt unless both are positive and their product fits.
std::optional<std::pair<int64_t, int64_t>> ParseShape(std::string_view text) {
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t numel = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, rows);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ',') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, columns);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  if (rows <= 0 || columns <= 0 || __builtin_mul_overflow(rows, columns, &numel))
    return std::nullopt;
  return std::pair(rows, columns);
}

absl::Status Bad(std::string_view matrix, std::string_view problem) {
  return absl::InvalidArgumentError(fmt::format("mask '{}': {}", matrix.substr(0, 200), problem));
}

absl::StatusOr<MaskMatrix> ParseMatrix(const SafetensorsHeader& header, const TensorEntry& entry,
                                       std::string_view data) {
  const auto metadata = [&](std::string_view suffix) {
    const auto found = header.metadata.find(entry.name + std::string(suffix));
    return found == header.metadata.end() ? std::string() : found->second;
  };
  const auto shape = ParseShape(metadata(".shape"));
  if (!shape)
    return Bad(entry.name, fmt::format("shape '{}' is not 'rows,columns'", metadata(".shape")));
  MaskMatrix matrix{.name = entry.name, .rows = shape->first, .columns = shape->second, .bits = {}};
  if (entry.dtype != "U8" || entry.shape.size() != 1 ||
      entry.shape[0] != PackedBytes(matrix.numel())) {
    return Bad(entry.name, fmt::format("{} bytes of {} do not fit shape {}", data.size(),
                                       entry.dtype, metadata(".shape")));
  }
  if (ContentHash(data) != metadata(".xxh3")) {
    return Bad(entry.name, fmt::format("XXH3-64 is {}, the file says {}: damaged",
                                       ContentHash(data), metadata(".xxh3")));
  }
  matrix.bits.assign(data.begin(), data.end());
  if (matrix.numel() % 8 != 0 && (matrix.bits.back() >> (matrix.numel() % 8)) != 0) {
    return Bad(entry.name, "bits after the last weight");
  }
  if (Density(matrix) != metadata(".density")) {
    return Bad(entry.name, fmt::format("density is {}, the file says {}", Density(matrix),
                                       metadata(".density")));
  }
  return matrix;
}

}  // namespace

int64_t MaskMatrix::Ones() const {
  int64_t ones = 0;
  for (const uint8_t byte : bits) ones += std::popcount(byte);
  return ones;
}

std::string SerializeMaskFile(const std::vector<MaskMatrix>& matrices) {
  std::vector<TensorEntry> entries;
  std::map<std::string, std::string> metadata;
  std::string data;
  for (const MaskMatrix& matrix : matrices) {
    const std::string bytes(matrix.bits.begin(), matrix.bits.end());
    entries.push_back({.name = matrix.name,
                       .dtype = "U8",
                       .shape = {static_cast<int64_t>(bytes.size())},
                       .begin = data.size(),
                       .end = data.size() + bytes.size()});
    metadata[matrix.name + ".shape"] = fmt::format("{},{}", matrix.rows, matrix.columns);
    metadata[matrix.name + ".density"] = Density(matrix);
    metadata[matrix.name + ".xxh3"] = ContentHash(bytes);
    data += bytes;
  }
  return SerializeSafetensorsHeader(entries, metadata) + data;
}

absl::StatusOr<std::vector<MaskMatrix>> ParseMaskFile(std::string_view bytes) {
  const auto header = ParseSafetensorsHeader(bytes, bytes.size());
  if (!header.ok()) return header.status();
  std::vector<MaskMatrix> matrices;
  for (const TensorEntry& entry : header->tensors) {
    auto matrix = ParseMatrix(
        *header, entry, bytes.substr(header->data_start + entry.begin, entry.end - entry.begin));
    if (!matrix.ok()) return matrix.status();
    matrices.push_back(*std::move(matrix));
  }
  return matrices;
}

std::string ContentHash(std::string_view bytes) {
  return fmt::format("{:016x}", XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace sparsweep::contract
