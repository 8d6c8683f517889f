#include "pruning_core/data/record_syntax.h"

#include <unicode/utf8.h>

#include <algorithm>

namespace sparsweep::core {
namespace {

std::optional<LineFault> FaultOf(std::string_view characters) {
  if (IsBlank(characters)) return LineFault::kEmpty;
  if (!IsUtf8(characters)) return LineFault::kNotUtf8;
  return std::nullopt;
}

// Takes a cell in quotes off `rest`, both quotes included.
std::optional<LineFault> TakeQuoted(std::string_view& rest, uint64_t& lines, Cells& cells) {
  rest.remove_prefix(1);
  for (;;) {
    const size_t end = rest.find('"');
    if (end == std::string_view::npos || cells.characters().size() + end > kMaxLineBytes) {
      rest = {};
      return LineFault::kOpenQuote;
    }
    cells.Append(rest.substr(0, end));
    lines += static_cast<uint64_t>(std::ranges::count(rest.substr(0, end), '\n'));
    rest.remove_prefix(end + 1);
    if (!rest.starts_with('"')) return std::nullopt;
    cells.Append("\"");
    rest.remove_prefix(1);
  }
}

}  // namespace

void Cells::Clear() {
  characters_.clear();
  ends_.clear();
}

std::string_view Cells::operator[](size_t i) const {
  const size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(characters_).substr(begin, ends_[i] - begin);
}

std::vector<std::string_view> Cells::All() const {
  std::vector<std::string_view> all(size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = (*this)[i];
  return all;
}

std::optional<LineFault> TakeTsvRecord(std::string_view& rest, uint64_t& lines, Cells& cells) {
  ++lines;
  cells.Clear();
  const std::string_view line = TakeLine(rest);
  if (line.size() > kMaxLineBytes) return LineFault::kTooLong;
  if (const auto fault = FaultOf(line)) return fault;
  for (size_t begin = 0;;) {
    const size_t end = line.find('\t', begin);
    cells.Append(line.substr(begin, end - begin));
    cells.EndCell();
    if (end == std::string_view::npos) return std::nullopt;
    begin = end + 1;
  }
}

std::optional<LineFault> TakeCsvRecord(std::string_view& rest, uint64_t& lines, Cells& cells) {
  ++lines;
  cells.Clear();
  std::optional<LineFault> fault;
  for (;;) {
    const bool quoted = rest.starts_with('"');
    if (quoted) {
      if (const auto open = TakeQuoted(rest, lines, cells)) return open;
    }
    const size_t end = std::min(rest.find_first_of(",\n"), rest.size());
    std::string_view plain = rest.substr(0, end);
    const bool last = end == rest.size() || rest[end] == '\n';
    if (last && plain.ends_with('\r')) plain.remove_suffix(1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (quoted && !plain.empty()) fault = LineFault::kStrayQuote;
    cells.Append(plain);
    cells.EndCell();
    if (cells.characters().size() > kMaxLineBytes) fault = LineFault::kTooLong;
    if (last) break;
  }
  return fault ? fault : FaultOf(cells.characters());
}

std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool IsUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto length = static_cast<int64_t>(text.size());
  for (int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    if (c < 0) return false;
  }
  return true;
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace sparsweep::core
