#include "contract/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>

#include "contract/strict_json.h"

namespace sparsweep::contract {
namespace {

using nlohmann::json;

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMaxHeader = 100'000'000;
constexpr size_t kMaxRank = 32;
constexpr std::string_view kMetadata = "__metadata__";

struct Dtype {
  std::string_view name;
  uint64_t size;
};
constexpr std::array<Dtype, 15> kDtypes{{{"F64", 8},
                                         {"F32", 4},
                                         {"F16", 2},
                                         {"BF16", 2},
                                         {"F8_E4M3", 1},
                                         {"F8_E5M2", 1},
                                         {"I64", 8},
                                         {"I32", 4},
                                         {"I16", 2},
                                         {"I8", 1},
                                         {"U64", 8},
                                         {"U32", 4},
                                         {"U16", 2},
                                         {"U8", 1},
                                         {"BOOL", 1}}};

absl::Status Bad(std::string_view tensor, std::string_view problem) {
  return absl::InvalidArgumentError(fmt::format("tensor '{}': {}", tensor.substr(0, 200), problem));
}

absl::StatusOr<TensorEntry> ParseEntry(const std::string& name, const json& value) {
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets")) {
    return Bad(name, "no dtype, shape and data_offsets");
  }
  const json& dtype = value["dtype"];
  const json& shape = value["shape"];
  const json& offsets = value["data_offsets"];
  if (!dtype.is_string() || DtypeSize(dtype.get_ref<const std::string&>()) == 0) {
    return Bad(name, fmt::format("unknown dtype {}", Shown(dtype)));
  }
  TensorEntry entry;
  entry.name = name;
  entry.dtype = dtype.get<std::string>();
  if (!shape.is_array() || shape.size() > kMaxRank) {
    return Bad(name,
               fmt::format("shape {} is not a list of at most {} sizes", Shown(shape), kMaxRank));
  }
  int64_t bytes = static_cast<int64_t>(DtypeSize(entry.dtype));
  for (const json& size : shape) {
    // Above INT64_MAX get<int64_t> would wrap to a negative number, which the next test refuses.
    if (!size.is_number_integer() || size.get<int64_t>() < 0) {
      return Bad(name,
                 fmt::format("shape {} has a size that is not a whole number >= 0", Shown(shape)));
    }
    entry.shape.push_back(size.get<int64_t>());
    if (__builtin_mul_overflow(bytes, entry.shape.back(), &bytes)) {
      return Bad(name, fmt::format("shape {} overflows", Shown(shape)));
    }
  }
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return Bad(name, fmt::format("data_offsets {} are not two whole numbers", Shown(offsets)));
  }
  entry.begin = offsets[0].get<uint64_t>();
  entry.end = offsets[1].get<uint64_t>();
  if (entry.end < entry.begin || entry.end - entry.begin != static_cast<uint64_t>(bytes)) {
    return Bad(name, fmt::format("data_offsets {} do not fit the {} bytes of {} {}", Shown(offsets),
                                 bytes, entry.dtype, Shown(shape)));
  }
  return entry;
}

// Every byte of the data section belongs to exactly one tensor.
absl::Status CheckLayout(const std::vector<TensorEntry>& tensors, uint64_t data_size) {
  uint64_t position = 0;
  for (const TensorEntry& entry : tensors) {
    if (entry.begin < position) return Bad(entry.name, "its bytes overlap the tensor before it");
    if (entry.begin > position) return Bad(entry.name, "there is a gap before its bytes");
    if (entry.end > data_size) {
      return Bad(entry.name,
                 fmt::format("its bytes end at {}, the file's data at {}: truncated file",
                             entry.end, data_size));
    }
    position = entry.end;
  }
  if (position != data_size) {
    return absl::InvalidArgumentError(
        fmt::format("{} bytes after the last tensor", data_size - position));
  }
  return absl::OkStatus();
}

absl::Status ReadMetadata(const json& value, std::map<std::string, std::string>& metadata) {
  if (!value.is_object()) return absl::InvalidArgumentError("__metadata__ is not an object");
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string()) {
      return absl::InvalidArgumentError(fmt::format("__metadata__ '{}' is not a string", key));
    }
    metadata[key] = text.get<std::string>();
  }
  return absl::OkStatus();
}

}  // namespace

const TensorEntry* SafetensorsHeader::Find(std::string_view name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const TensorEntry& entry) { return entry.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

uint64_t DtypeSize(std::string_view dtype) {
  for (const Dtype& row : kDtypes) {
    if (row.name == dtype) return row.size;
  }
  return 0;
}

absl::StatusOr<uint64_t> SafetensorsDataStart(std::string_view first_bytes, uint64_t file_size) {
  if (file_size < kLengthBytes || first_bytes.size() < kLengthBytes) {
    return absl::InvalidArgumentError(
        fmt::format("{} bytes are no safetensors file: truncated", file_size));
  }
  uint64_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    length |= static_cast<uint64_t>(static_cast<unsigned char>(first_bytes[i])) << (8 * i);
  }
  if (length > kMaxHeader) {
    return absl::InvalidArgumentError(
        fmt::format("header length {} is above {}: not a safetensors file", length, kMaxHeader));
  }
  if (length > file_size - kLengthBytes) {
    return absl::InvalidArgumentError(
        fmt::format("header of {} bytes in a file of {} bytes: truncated file", length, file_size));
  }
  return kLengthBytes + length;
}

absl::StatusOr<SafetensorsHeader> ParseSafetensorsHeader(std::string_view prefix,
                                                         uint64_t file_size) {
  const auto data_start = SafetensorsDataStart(prefix, file_size);
  if (!data_start.ok()) return data_start.status();
  if (prefix.size() < *data_start) return absl::InvalidArgumentError("truncated header");
  const auto parsed = ParseStrictJson(prefix.substr(kLengthBytes, *data_start - kLengthBytes),
                                      kMaxHeader, "safetensors header");
  if (!parsed.ok()) return parsed.status();
  if (!parsed->is_object()) return absl::InvalidArgumentError("safetensors header: not an object");

  SafetensorsHeader header;
  header.data_start = *data_start;
  for (const auto& [name, value] : parsed->items()) {
    if (name == kMetadata) {
      if (auto status = ReadMetadata(value, header.metadata); !status.ok()) return status;
      continue;
    }
    auto entry = ParseEntry(name, value);
    if (!entry.ok()) return entry.status();
    header.tensors.push_back(*std::move(entry));
  }
  std::sort(header.tensors.begin(), header.tensors.end(), [](const auto& a, const auto& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  if (auto status = CheckLayout(header.tensors, file_size - header.data_start); !status.ok()) {
    return status;
  }
  return header;
}

std::string SerializeSafetensorsHeader(const std::vector<TensorEntry>& tensors,
                                       const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  if (!metadata.empty()) object[std::string(kMetadata)] = metadata;
  for (const TensorEntry& entry : tensors) {
    object[entry.name] = {
        {"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text = object.dump(-1, ' ', false, json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string bytes;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    bytes.push_back(static_cast<char>((text.size() >> (8 * i)) & 0xff));
  }
  return bytes + text;
}

}  // namespace sparsweep::contract
