#include "pruning_core/data/delimited_records.h"

#include <algorithm>

namespace sparsweep::core {

DelimitedRecords::DelimitedRecords(std::string_view bytes, const TableLayout& layout,
                                   const DataSource& source)
    : rest_(bytes), layout_(layout) {
  std::string_view behind = rest_;
  if (Take(behind)) {
    source.Fail("DATA_MALFORMED", "", "has a first line that is empty or cannot be read");
  }
  if (layout.header) {
    columns_ = MapColumns(cells_.All(), layout, source);
    rest_ = behind;
  } else {
    const std::vector<std::string> numbers = ColumnNumbers(cells_.size());
    columns_ = MapColumns({numbers.begin(), numbers.end()}, layout, source);
    lines_ = 0;
  }
}

std::optional<LineFault> DelimitedRecords::Take(std::string_view& rest) {
  return layout_.syntax == TableLayout::Syntax::kCsv ? TakeCsvRecord(rest, lines_, cells_)
                                                     : TakeTsvRecord(rest, lines_, cells_);
}

std::optional<LineFault> DelimitedRecords::FaultOfCells() const {
  if (cells_.size() < columns_.count) return LineFault::kTooFewColumns;
  const auto blank = [this](size_t column) { return IsBlank(cells_[column]); };
  if (!layout_.takes_empty_text && std::ranges::any_of(columns_.text, blank)) {
    return LineFault::kNoText;
  }
  if (blank(columns_.label)) return LineFault::kNoLabel;
  return std::nullopt;
}

std::optional<Record> DelimitedRecords::Next() {
  if (rest_.empty()) return std::nullopt;
  Record record;
  record.line = lines_ + 1;
  record.fault = Take(rest_);
  if (!record.fault) record.fault = FaultOfCells();
  if (record.fault) return record;
  for (const size_t column : columns_.text) record.text.emplace_back(cells_[column]);
  record.label = cells_[columns_.label];
  return record;
}

}  // namespace sparsweep::core
