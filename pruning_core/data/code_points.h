// Offsets in SQuAD files count code points; our texts are UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparsweep::core {

// `utf8` must be valid.
[[nodiscard]] std::u32string Decoded(std::string_view utf8);
[[nodiscard]] uint32_t CodePoints(std::string_view utf8);

}  // namespace sparsweep::core
