// Between safetensors' type names and ATen's types.
#pragma once

#include <optional>
#include <string_view>

#include "c10/core/ScalarType.h"

namespace sparsweep::core {

// nullopt for a type that ATen lacks or nothing here needs.
[[nodiscard]] std::optional<at::ScalarType> TypeOfDtype(std::string_view dtype);
// Empty for such a type.
[[nodiscard]] std::string_view DtypeOfType(at::ScalarType type);

}  // namespace sparsweep::core
