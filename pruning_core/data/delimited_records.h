// Records of tab-separated and comma-separated files.
#pragma once

#include "pruning_core/data/column_map.h"
#include "pruning_core/data/record_reader.h"
#include "pruning_core/data/record_syntax.h"

namespace sparsweep::core {

class DelimitedRecords final : public RecordReader {
 public:
  // As OpenRecords.
  DelimitedRecords(std::string_view bytes, const TableLayout& layout, const DataSource& source);

  [[nodiscard]] std::optional<Record> Next() override;

 private:
  [[nodiscard]] std::optional<LineFault> Take(std::string_view& rest);
  [[nodiscard]] std::optional<LineFault> FaultOfCells() const;

  std::string_view rest_;
  const TableLayout& layout_;
  ColumnMap columns_;
  Cells cells_;         // of the record last taken
  uint64_t lines_ = 0;  // taken so far
};

}  // namespace sparsweep::core
