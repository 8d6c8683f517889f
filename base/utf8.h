// Text of unknown origin on its way to where only UTF-8 may stand: logs, JSON, protobuf strings.
#pragma once

#include <string>
#include <string_view>

namespace sparsweep::base {

// `text` with each byte that is not part of well-formed UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string ValidUtf8(std::string_view text);

// At most `limit` bytes of valid UTF-8; ends in "…" when something was cut off. limit >= 3.
[[nodiscard]] std::string ShortenUtf8(std::string text, size_t limit);

}  // namespace sparsweep::base
