// Rows for people (aligned), spreadsheets (CSV) and programs (JSON) from one description.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::cli {

enum class OutputFormat { kTable, kJson, kCsv };
// "table", "json", "csv"; INVALID_ARGUMENT otherwise.
[[nodiscard]] absl::StatusOr<OutputFormat> ParseOutputFormat(std::string_view name);

// How a column's numbers are written in a table; JSON and CSV always have every digit.
enum class Form {
  kText,
  kNumber,  // as short as it reads back
  kScore,   // 0.749
  kRatio,   // 3.4 %
};

struct Column {
  std::string key;    // of JSON and CSV: "mask_density"
  std::string title;  // of the table: "density"
  Form form = Form::kText;
};

// monostate: nothing there ("-" in a table, null in JSON, empty in CSV).
using Cell = std::variant<std::monostate, std::string, int64_t, uint64_t, double>;

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // each as long as columns
};

// Titles and rows, two spaces between columns, numbers to the right, no space at a line's end.
[[nodiscard]] std::string ToText(const Table& table);
// RFC 4180 with the keys as the first line, lines ended by \n.
[[nodiscard]] std::string ToCsv(const Table& table);
// [{"key": value, …}, …], keys in the order of the columns.
[[nodiscard]] std::string ToJsonArray(const Table& table);

// {"name":"value",…,"rows_name":[…]} with the strings in this order, for one object with a table.
[[nodiscard]] std::string ToJsonObject(const std::vector<std::pair<std::string, Cell>>& fields,
                                       const std::string& rows_name, const Table& rows);

}  // namespace sparsweep::cli
