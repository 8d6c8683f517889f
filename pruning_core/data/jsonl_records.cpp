#include "pruning_core/data/jsonl_records.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "contract/strict_json.h"
#include "pruning_core/data/column_map.h"
#include "pruning_core/data/record_syntax.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;

std::vector<std::string_view> KeysOf(const json& object) {
  std::vector<std::string_view> keys;
  for (const auto& item : object.items()) keys.emplace_back(item.key());
  return keys;
}

std::optional<LineFault> ReadText(const json& object, const TableLayout& layout,
                                  const std::string& key, Record& record) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return LineFault::kNoText;
  if (!found->is_string()) return LineFault::kTextNotString;
  record.text.push_back(found->get<std::string>());
  if (!layout.takes_empty_text && IsBlank(record.text.back())) return LineFault::kNoText;
  return std::nullopt;
}

std::optional<LineFault> ReadLabel(const json& object, const TableLayout& layout, Record& record) {
  const auto found = object.find(layout.label);
  if (found == object.end()) return LineFault::kNoLabel;
  if (found->is_string()) {
    record.label = found->get<std::string>();
  } else if (found->is_number() || found->is_boolean()) {
    record.label = found->dump();
  }
  if (IsBlank(record.label)) return LineFault::kNoLabel;
  return std::nullopt;
}

}  // namespace

std::optional<Record> JsonlRecords::Next() {
  if (rest_.empty()) return std::nullopt;
  Record record;
  record.line = ++line_;
  Read(TakeLine(rest_), record);
  return record;
}

void JsonlRecords::Read(std::string_view line, Record& record) {
  if (IsBlank(line)) {
    record.fault = LineFault::kEmpty;
    return;
  }
  if (line.size() > kMaxLineBytes) {
    record.fault = LineFault::kTooLong;
    return;
  }
  const auto object = contract::ParseStrictJson(line, kMaxLineBytes, "line");
  if (!object.ok() || !object->is_object()) {
    record.fault = IsUtf8(line) ? LineFault::kNotJson : LineFault::kNotUtf8;
    return;
  }
  if (!keys_known_) static_cast<void>(MapColumns(KeysOf(*object), layout_, source_));
  keys_known_ = true;
  for (const std::string& key : layout_.text) {
    if (record.fault = ReadText(*object, layout_, key, record); record.fault) return;
  }
  record.fault = ReadLabel(*object, layout_, record);
}

}  // namespace sparsweep::core
