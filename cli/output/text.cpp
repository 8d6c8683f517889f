#include "cli/output/text.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The blocks that matter for names and messages, not the whole of Unicode's tables.
constexpr std::array<Range, 5> kZeroWidth{
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 9> kWide{{{0x1100, 0x115F},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};

template <size_t n>
bool In(const std::array<Range, n>& ranges, char32_t code_point) {
  for (const Range& range : ranges) {
    if (code_point >= range.first && code_point <= range.last) return true;
  }
  return false;
}

// Bytes of the character that begins at `at`; a stray byte counts as one character.
size_t CharacterBytes(std::string_view text, size_t at) {
  const auto byte = static_cast<uint8_t>(text[at]);
  const size_t bytes = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return std::min(bytes, text.size() - at);
}

char32_t CodePoint(std::string_view character) {
  const auto first = static_cast<uint8_t>(character[0]);
  if (character.size() == 1) return first;
  char32_t code_point = first & (0xFF >> (character.size() + 1));
  for (size_t i = 1; i < character.size(); ++i) {
    code_point = (code_point << 6) | (static_cast<uint8_t>(character[i]) & 0x3F);
  }
  return code_point;
}

int CharacterWidth(std::string_view character) {
  const char32_t code_point = CodePoint(character);
  if (In(kZeroWidth, code_point)) return 0;
  return In(kWide, code_point) ? 2 : 1;
}

// Bytes of the escape sequence "ESC [ … letter" at `at`, 0 where there is none.
size_t EscapeBytes(std::string_view text, size_t at) {
  if (text.substr(at, 2) != "\x1b[") return 0;
  size_t end = at + 2;
  while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
  return std::min(end + 1, text.size()) - at;
}

}  // namespace

std::string Paint(std::string_view text, Color color, bool enabled) {
  if (!enabled || color == Color::kNone) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", static_cast<int>(color), text);
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    if (const size_t escape = EscapeBytes(text, at); escape > 0) {
      at += escape;
      continue;
    }
    const size_t bytes = CharacterBytes(text, at);
    width += CharacterWidth(text.substr(at, bytes));
    at += bytes;
  }
  return width;
}

std::string Clip(std::string_view text, int columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  std::string clipped;
  bool painted = false;
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    if (const size_t escape = EscapeBytes(text, at); escape > 0) {
      clipped += text.substr(at, escape);
      painted = true;
      at += escape;
      continue;
    }
    const size_t bytes = CharacterBytes(text, at);
    const int more = CharacterWidth(text.substr(at, bytes));
    if (width + more > columns - 1) break;
    clipped += text.substr(at, bytes);
    width += more;
    at += bytes;
  }
  if (columns > 0) clipped += "…";
  if (painted) clipped += "\x1b[0m";
  return clipped;
}

std::string PadRight(std::string_view text, int columns) {
  return fmt::format("{}{:{}}", text, "", std::max(0, columns - DisplayWidth(text)));
}

std::string PadLeft(std::string_view text, int columns) {
  return fmt::format("{:{}}{}", "", std::max(0, columns - DisplayWidth(text)), text);
}

std::string Printable(std::string_view text) {
  std::string printable(text);
  for (char& byte : printable) {
    if (byte == '\n' || byte == '\r' || byte == '\t') byte = ' ';
    if (static_cast<uint8_t>(byte) < 0x20 || byte == 0x7F) byte = '?';
  }
  return printable;
}

std::string Utf8(char32_t code_point) {
  std::string text;
  const auto continuation = [&](int shift) {
    text += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0 | (code_point >> 6));
    continuation(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0 | (code_point >> 12));
    continuation(6);
    continuation(0);
  } else {
    text += static_cast<char>(0xF0 | (code_point >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
  return text;
}

std::string Percent(double ratio) {
  const double percent = 100 * ratio;
  const double tenth = std::round(percent * 10) / 10;
  if (tenth == std::round(tenth)) return fmt::format("{:.0f} %", tenth);
  return fmt::format("{:.1f} %", tenth);
}

std::string Duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e8) return "-";
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace sparsweep::cli
