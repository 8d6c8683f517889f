// Reads one of a model directory's JSON files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace sparsweep::core {

// nullopt when there is no such file. `field` is the spec's, for errors. Throws UserError
// (BAD_TOKENIZER) when it cannot be read, is over 64 MiB or is not a JSON object
// (contract/strict_json.h).
[[nodiscard]] std::optional<nlohmann::json> ReadJsonObject(const std::string& path,
                                                           const std::string& field = "model.path");

}  // namespace sparsweep::core
