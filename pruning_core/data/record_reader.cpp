#include "pruning_core/data/record_reader.h"

#include "pruning_core/data/delimited_records.h"
#include "pruning_core/data/jsonl_records.h"

namespace sparsweep::core {

std::unique_ptr<RecordReader> OpenRecords(std::string_view bytes, const TableLayout& layout,
                                          const DataSource& source) {
  if (layout.syntax == TableLayout::Syntax::kJsonl) {
    return std::make_unique<JsonlRecords>(bytes, layout, source);
  }
  return std::make_unique<DelimitedRecords>(bytes, layout, source);
}

}  // namespace sparsweep::core
