// Strings as a terminal shows them: columns, colours, cutting, and how numbers are written.
#pragma once

#include <string>
#include <string_view>

namespace sparsweep::cli {

// SGR numbers of the foreground.
enum class Color {
  kNone = 0,
  kRed = 31,
  kGreen = 32,
  kYellow = 33,
  kBlue = 34,
  kMagenta = 35,
  kCyan = 36,
  kGray = 90,
  kBold = 1
};

// `text` in a colour, or as it is when `enabled` is false or the colour is kNone.
[[nodiscard]] std::string Paint(std::string_view text, Color color, bool enabled);

// Columns of UTF-8 text: combining marks take 0, East Asian wide characters and emoji 2, escape
// sequences of Paint 0.
[[nodiscard]] int DisplayWidth(std::string_view text);

// At most `columns` wide, the last column "…" when something was cut; colours are closed.
[[nodiscard]] std::string Clip(std::string_view text, int columns);

// Padded with spaces to `columns`; longer text is not cut.
[[nodiscard]] std::string PadRight(std::string_view text, int columns);
[[nodiscard]] std::string PadLeft(std::string_view text, int columns);

// One line: line breaks and tabs become spaces, other control characters "?".
[[nodiscard]] std::string Printable(std::string_view text);

// UTF-8 of one code point.
[[nodiscard]] std::string Utf8(char32_t code_point);

// 0.034 → "3.4 %", 1 → "100 %", 0.1 → "10 %".
[[nodiscard]] std::string Percent(double ratio);
// "0:24", "12:03", "1:02:03"; "-" for what is not finite or negative.
[[nodiscard]] std::string Duration(double seconds);

}  // namespace sparsweep::cli
