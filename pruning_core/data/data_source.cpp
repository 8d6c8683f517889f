#include "pruning_core/data/data_source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {

void DataSource::Fail(const std::string& reason, const std::string& value,
                      std::string_view what) const {
  throw UserError(reason, field, value, fmt::format("{}: {} {}", field, path, what));
}

std::string ReadBytes(const DataSource& source, uint64_t max_bytes) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(source.path, error);
  std::ifstream in(source.path, std::ios::binary);
  if (error || !in) {
    throw UserError("DATA_NOT_FOUND", source.field, source.path,
                    fmt::format("{}: cannot read {}; give the path of an existing file",
                                source.field, source.path));
  }
  if (size > max_bytes) {
    source.Fail("DATA_TOO_LARGE", std::to_string(size),
                fmt::format("has {} bytes; at most {} MiB are read, split or shorten it", size,
                            max_bytes >> 20));
  }
  std::string bytes(size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<size_t>(in.gcount()));
  const size_t mark = bytes.size() - WithoutByteOrderMark(bytes).size();
  bytes.erase(0, mark);
  return bytes;
}

std::string Quoted(std::string_view text) {
  constexpr size_t kMaxShown = 60;
  constexpr uint8_t kContinuation = 0x80;
  size_t end = std::min(text.size(), kMaxShown);
  while (end > 0 && end < text.size() && (static_cast<uint8_t>(text[end]) & 0xC0) == kContinuation)
    --end;
  std::string shown(text.substr(0, end));
  std::ranges::replace_if(
      shown, [](char c) { return static_cast<uint8_t>(c) < ' ' || c == '\x7F'; }, ' ');
  return fmt::format("'{}{}'", shown, end < text.size() ? "…" : "");
}

std::vector<std::string_view> OnOneLine(const std::vector<std::string_view>& names) {
  std::vector<std::string_view> kept;
  std::ranges::copy_if(names, std::back_inserter(kept), [](std::string_view name) {
    return name.find_first_of("\r\n") == std::string_view::npos;
  });
  return kept;
}

std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

}  // namespace sparsweep::core
