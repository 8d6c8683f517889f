// The records of a table, one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/data/data_source.h"
#include "pruning_core/data/line_faults.h"
#include "pruning_core/data/table_layout.h"

namespace sparsweep::core {

// Texts in the order of the layout's columns. With a fault, only `line` is set.
struct Record {
  uint64_t line = 0;  // its first in the file, from 1
  std::optional<LineFault> fault;
  std::vector<std::string> text;
  std::string label;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // nullopt at the end.
  [[nodiscard]] virtual std::optional<Record> Next() = 0;
};

// Reads the header. `bytes`, `layout` and `source` must outlive the reader. Throws UserError:
// DATA_EMPTY, DATA_MALFORMED (a header that cannot be read), COLUMN_NOT_FOUND; a reader of JSON
// lines throws the last at its first record.
[[nodiscard]] std::unique_ptr<RecordReader> OpenRecords(std::string_view bytes,
                                                        const TableLayout& layout,
                                                        const DataSource& source);

}  // namespace sparsweep::core
