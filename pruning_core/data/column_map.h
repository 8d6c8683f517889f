// Which cells of a record are asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/data/data_source.h"
#include "pruning_core/data/table_layout.h"

namespace sparsweep::core {

struct ColumnMap {
  std::vector<size_t> text;
  size_t label = 0;
  size_t count = 0;  // cells that a record must have
};

// Of two columns with the same name the first counts. Throws UserError (COLUMN_NOT_FOUND) with the
// nearest name.
[[nodiscard]] ColumnMap MapColumns(const std::vector<std::string_view>& names,
                                   const TableLayout& layout, const DataSource& source);

// "1", "2", …: the names of `count` columns without a header.
[[nodiscard]] std::vector<std::string> ColumnNumbers(size_t count);

}  // namespace sparsweep::core
