// Records of a file with one JSON object a line.
#pragma once

#include "pruning_core/data/record_reader.h"

namespace sparsweep::core {

// The layout's columns are keys of the object. A text must be a string; a label may be a string, a
// number or a boolean and is then what JSON writes for it: 1, 0.5, true.
class JsonlRecords final : public RecordReader {
 public:
  // As OpenRecords.
  JsonlRecords(std::string_view bytes, const TableLayout& layout, const DataSource& source)
      : rest_(bytes), layout_(layout), source_(source) {}

  // Throws UserError (COLUMN_NOT_FOUND) when the first object lacks a key.
  [[nodiscard]] std::optional<Record> Next() override;

 private:
  void Read(std::string_view line, Record& record);

  std::string_view rest_;
  const TableLayout& layout_;
  const DataSource& source_;
  uint64_t line_ = 0;  // the one last taken
  bool keys_known_ = false;
};

}  // namespace sparsweep::core
