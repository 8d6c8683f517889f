#pragma once

#include <string>
#include <string_view>

namespace sparsweep::base {

// SHA-256 as 64 lower-case hex digits (OpenSSL).
[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

}  // namespace sparsweep::base
