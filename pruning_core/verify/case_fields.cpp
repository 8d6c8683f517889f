#include "pruning_core/verify/case_fields.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "contract/strict_json.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using contract::Shown;
using nlohmann::json;

bool IsWhole(const json& value) {
  return value.is_number_integer() &&
         !(value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX);
}

}  // namespace

CaseFields::CaseFields(const json& object, const std::string& file, std::string path)
    : object_(&object), file_(&file), path_(std::move(path)) {
  if (!object.is_object()) Refuse("", Shown(object) + " is not an object");
}

void CaseFields::Refuse(std::string_view key, const std::string& problem) const {
  std::string place = path_;
  if (!place.empty() && !key.empty()) place += '.';
  place += key;
  throw UserError("BAD_CASE", *file_, place,
                  fmt::format("{}: {}{}{}; give a folder of the layout of tests/golden/README.md",
                              *file_, place, place.empty() ? "" : ": ", problem));
}

bool CaseFields::Has(const char* key) const {
  const auto found = object_->find(key);
  return found != object_->end() && !found->is_null();
}

const json& CaseFields::Need(const char* key) const {
  const auto found = object_->find(key);
  if (found == object_->end()) Refuse(key, "missing");
  return *found;
}

CaseFields CaseFields::Object(const char* key) const {
  return {Need(key), *file_, path_.empty() ? key : path_ + "." + key};
}

std::string CaseFields::Text(const char* key) const {
  const json& value = Need(key);
  if (!value.is_object()) Refuse(key, Shown(value) + " is not an object");
  return value.dump();
}

std::string CaseFields::Word(const char* key) const {
  const json& value = Need(key);
  if (!value.is_string()) Refuse(key, Shown(value) + " is not a string");
  return value.get<std::string>();
}

bool CaseFields::Flag(const char* key) const {
  const json& value = Need(key);
  if (!value.is_boolean()) Refuse(key, Shown(value) + " is not true or false");
  return value.get<bool>();
}

double CaseFields::Number(const char* key, double least, double most) const {
  const json& value = Need(key);
  if (!value.is_number()) Refuse(key, Shown(value) + " is not a number");
  const auto number = value.get<double>();
  if (!(number >= least && number <= most)) {
    Refuse(key, fmt::format("{} is not a number from {} to {}", Shown(value), least, most));
  }
  return number;
}

int64_t CaseFields::Whole(const char* key, int64_t least, int64_t most) const {
  const json& value = Need(key);
  if (!IsWhole(value) || value.get<int64_t>() < least || value.get<int64_t>() > most) {
    Refuse(key, fmt::format("{} is not a whole number from {} to {}", Shown(value), least, most));
  }
  return value.get<int64_t>();
}

const json& CaseFields::List(const char* key, size_t size) const {
  const json& value = Need(key);
  if (!value.is_array()) Refuse(key, Shown(value) + " is not a list");
  if (value.size() != size) {
    Refuse(key, fmt::format("{} entries instead of {}", value.size(), size));
  }
  return value;
}

size_t CaseFields::Length(const char* key) const {
  const json& value = Need(key);
  if (!value.is_array()) Refuse(key, Shown(value) + " is not a list");
  return value.size();
}

std::vector<std::string> CaseFields::Words(const char* key) const {
  std::vector<std::string> words;
  for (const json& value : List(key, Length(key))) {
    if (!value.is_string()) Refuse(key, Shown(value) + " is not a string");
    words.push_back(value.get<std::string>());
  }
  return words;
}

std::vector<double> CaseFields::Numbers(const char* key, size_t size, bool optional) const {
  std::vector<double> numbers;
  if (optional && !Has(key)) return numbers;
  for (const json& value : List(key, size)) {
    if (!value.is_number()) Refuse(key, Shown(value) + " is not a number");
    numbers.push_back(value.get<double>());
  }
  return numbers;
}

std::vector<int64_t> CaseFields::Wholes(const char* key, size_t size, bool optional) const {
  std::vector<int64_t> numbers;
  if (optional && !Has(key)) return numbers;
  for (const json& value : List(key, size)) {
    if (!IsWhole(value)) Refuse(key, Shown(value) + " is not a whole number");
    numbers.push_back(value.get<int64_t>());
  }
  return numbers;
}

std::vector<std::vector<int64_t>> CaseFields::Rows(const char* key, size_t size,
                                                   size_t columns) const {
  std::vector<std::vector<int64_t>> rows;
  if (!Has(key)) return rows;
  for (const json& row : List(key, size)) {
    std::vector<int64_t> numbers;
    if (!row.is_array() || row.size() != columns) {
      Refuse(key, fmt::format("{} is not a row of {} matrices", Shown(row), columns));
    }
    for (const json& value : row) {
      if (!IsWhole(value)) Refuse(key, Shown(value) + " is not a whole number");
      numbers.push_back(value.get<int64_t>());
    }
    rows.push_back(std::move(numbers));
  }
  return rows;
}

}  // namespace sparsweep::core
