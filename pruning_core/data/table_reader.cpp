#include "pruning_core/data/table_reader.h"

#include <utility>

#include "pruning_core/data/record_reader.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{4} << 30;

bool Skips(const TableLayout& layout, const Record& record) {
  if (!record.fault) return !layout.skipped_label.empty() && record.label == layout.skipped_label;
  const bool is_short =
      *record.fault == LineFault::kTooFewColumns || *record.fault == LineFault::kEmpty;
  return is_short && layout.skips_short_lines;
}

RawExample Example(Record&& record) {
  RawExample example{record.line, std::move(record.text[0]), std::nullopt, std::move(record.label)};
  if (record.text.size() > 1) example.second = std::move(record.text[1]);
  return example;
}

}  // namespace

std::vector<RawExample> ParseTable(std::string_view bytes, const std::string& path,
                                   const std::string& field, const contract::FormatSpec& format,
                                   uint64_t limit) {
  const DataSource source{path, field};
  const TableLayout layout = LayoutOf(format);
  bytes = WithoutByteOrderMark(bytes);
  if (bytes.empty()) source.Fail("DATA_EMPTY", "", "is empty");
  const auto reader = OpenRecords(bytes, layout, source);
  std::vector<RawExample> examples;
  LineFaults faults;
  while (limit == 0 || examples.size() + faults.count() < limit) {
    auto record = reader->Next();
    if (!record) break;
    if (Skips(layout, *record)) continue;
    if (record->fault) {
      faults.Note(*record->fault, record->line);
    } else {
      examples.push_back(Example(*std::move(record)));
    }
  }
  faults.RequireNone(source);
  if (examples.empty()) {
    source.Fail("DATA_EMPTY", "", "has no examples; the file needs at least one line of data");
  }
  return examples;
}

std::vector<RawExample> ReadTable(const std::string& path, const std::string& field,
                                  const contract::FormatSpec& format, uint64_t limit) {
  return ParseTable(ReadBytes({path, field}, kMaxFileBytes), path, field, format, limit);
}

}  // namespace sparsweep::core
