#include "tests/pruning_core/tokenizer/code_point_lines.h"

#include <unicode/utf8.h>

#include "fmt/format.h"
#include "pruning_core/tokenizer/bert_normalizer.h"

namespace sparsweep::core {
namespace {

std::string Hex(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    fmt::format_to(std::back_inserter(out), "{}{:X}", out.empty() ? "" : ".",
                   static_cast<uint32_t>(c));
  }
  return out.empty() ? "-" : out;
}

TokenizerConfig Config(bool lower_case) {
  TokenizerConfig config;
  config.lower_case = lower_case;
  return config;
}

}  // namespace

std::string CodePointLine(char32_t c) {
  static const TokenizerConfig uncased = Config(true);
  static const TokenizerConfig cased = Config(false);
  std::string utf8(U8_MAX_LENGTH, '\0');
  int32_t length = 0;
  U8_APPEND_UNSAFE(utf8.data(), length, c);
  utf8.resize(static_cast<size_t>(length));
  return fmt::format("{:X} {} {} {}\n", static_cast<uint32_t>(c),
                     Hex(NormalizeBert(utf8, uncased).text), Hex(NormalizeBert(utf8, cased).text),
                     SplitBert(std::u32string{U'a', c, U'b'}).size());
}

std::string PlaneLines(char32_t plane) {
  std::string lines;
  for (char32_t c = plane << 16; c < (plane + 1) << 16; ++c) {
    if (c < 0xD800 || c >= 0xE000) lines += CodePointLine(c);
  }
  return lines;
}

}  // namespace sparsweep::core
