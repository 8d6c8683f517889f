#include "cli/output/table.h"

#include <algorithm>

#include "absl/status/status.h"
#include "cli/output/text.h"
#include "contract/nearest.h"
#include "fmt/format.h"
#include "nlohmann/json.hpp"

namespace sparsweep::cli {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return nullptr;
        } else {
          return value;
        }
      },
      cell);
}

Json RowsToJson(const Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json object = Json::object();
    for (size_t i = 0; i < row.size(); ++i) object[table.columns[i].key] = ToJson(row[i]);
    rows.push_back(std::move(object));
  }
  return rows;
}

// Every digit; the empty string for nothing.
std::string Exact(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return "";
        } else {
          return fmt::format("{}", value);
        }
      },
      cell);
}

std::string Shown(const Cell& cell, Form form) {
  if (std::holds_alternative<std::monostate>(cell)) return "-";
  if (const auto* number = std::get_if<double>(&cell)) {
    if (form == Form::kScore) return fmt::format("{:.3f}", *number);
    if (form == Form::kRatio) return Percent(*number);
  }
  return Printable(Exact(cell));
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char byte : text) {
    quoted += byte;
    if (byte == '"') quoted += byte;
  }
  return quoted + "\"";
}

// Invalid UTF-8 in a message of a trainer must not end the program.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

absl::StatusOr<OutputFormat> ParseOutputFormat(std::string_view name) {
  if (name == "table") return OutputFormat::kTable;
  if (name == "json") return OutputFormat::kJson;
  if (name == "csv") return OutputFormat::kCsv;
  return absl::InvalidArgumentError(
      fmt::format("--output: unknown format '{}'{}", name,
                  contract::NearestHint(name, {"table", "json", "csv"})));
}

std::string ToText(const Table& table) {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : table.columns) lines[0].push_back(column.title);
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) line.push_back(Shown(row[i], table.columns[i].form));
  }
  std::vector<int> widths(table.columns.size(), 0);
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(line[i]));
    }
  }
  std::string text;
  for (const auto& line : lines) {
    std::string padded;
    for (size_t i = 0; i < line.size(); ++i) {
      if (i > 0) padded += "  ";
      padded += table.columns[i].form == Form::kText ? PadRight(line[i], widths[i])
                                                     : PadLeft(line[i], widths[i]);
    }
    padded.erase(padded.find_last_not_of(' ') + 1);
    text += padded + "\n";
  }
  return text;
}

std::string ToCsv(const Table& table) {
  std::string text;
  const auto append = [&](size_t i, const std::string& field) {
    if (i > 0) text += ",";
    text += CsvField(field);
  };
  for (size_t i = 0; i < table.columns.size(); ++i) append(i, table.columns[i].key);
  text += "\n";
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) append(i, Exact(row[i]));
    text += "\n";
  }
  return text;
}

std::string ToJsonArray(const Table& table) { return Dump(RowsToJson(table)); }

std::string ToJsonObject(const std::vector<std::pair<std::string, Cell>>& fields,
                         const std::string& rows_name, const Table& rows) {
  Json object = Json::object();
  for (const auto& [key, value] : fields) object[key] = ToJson(value);
  object[rows_name] = RowsToJson(rows);
  return Dump(object);
}

}  // namespace sparsweep::cli
