#include "pruning_core/data/column_map.h"

#include <algorithm>

#include "contract/nearest.h"
#include "fmt/format.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

size_t Find(const std::vector<std::string_view>& names, const std::string& name,
            const char* format_field, const DataSource& source) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  throw UserError("COLUMN_NOT_FOUND", format_field, name,
                  fmt::format("{}: {} has no column {}{}", format_field, source.path, Quoted(name),
                              contract::NearestHint(name, OnOneLine(names))));
}

}  // namespace

ColumnMap MapColumns(const std::vector<std::string_view>& names, const TableLayout& layout,
                     const DataSource& source) {
  ColumnMap columns;
  for (const std::string& name : layout.text) {
    columns.text.push_back(Find(names, name, "task.format.text", source));
  }
  columns.label = Find(names, layout.label, "task.format.label", source);
  columns.count = std::max(columns.label, std::ranges::max(columns.text)) + 1;
  return columns;
}

std::vector<std::string> ColumnNumbers(size_t count) {
  std::vector<std::string> names;
  names.reserve(count);
  for (size_t i = 1; i <= count; ++i) names.push_back(std::to_string(i));
  return names;
}

}  // namespace sparsweep::core
