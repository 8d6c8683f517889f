// The files of the nine GLUE tasks as their distribution has them: tab-separated, no quoting.
#pragma once

#include <optional>
#include <string_view>

#include "pruning_core/data/table_layout.h"

namespace sparsweep::core {

// Columns, and labels in the order of the classes that transformers' processors use. nullopt for a
// name that is none of the nine.
[[nodiscard]] std::optional<TableLayout> GlueLayout(std::string_view name);

}  // namespace sparsweep::core
