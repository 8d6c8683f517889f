// JSON of untrusted bytes for parsers: bounded in size and depth, so that neither reading nor
// printing it can exhaust the stack; no duplicate keys. For .cpp files: it names a JSON type.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace sparsweep::contract {

// INVALID_ARGUMENT: more than `max_bytes`, not JSON, not UTF-8, a key twice in one object, nested
// deeper than 16. `what` begins the message ("spec", "safetensors header").
[[nodiscard]] absl::StatusOr<nlohmann::json> ParseStrictJson(std::string_view text,
                                                             size_t max_bytes,
                                                             std::string_view what);

// A value in an error message: its JSON, cut after 60 bytes.
[[nodiscard]] std::string Shown(const nlohmann::json& value);

}  // namespace sparsweep::contract
