#include "contract/event_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "contract/strict_json.h"

namespace sparsweep::contract {
namespace {

using nlohmann::json;

constexpr size_t kMaxBins = 1024;

}  // namespace

double EventFields::Number(const char* key, double low, double high) {
  const json* const value = Find(key);
  if (value == nullptr) return 0;
  const double number = value->is_number() ? value->get<double>() : std::nan("");
  if (!(number >= low && number <= high)) {
    Keep(key, fmt::format("{} is not a number in range", Shown(*value)));
    return 0;
  }
  return number;
}

int64_t EventFields::Count(const char* key, int64_t low) {
  const json* const value = Find(key);
  if (value == nullptr) return 0;
  return CountOf(key, *value, low);
}

std::string EventFields::Text(const char* key) {
  const json* const value = Find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    Keep(key, fmt::format("{} is not a string", Shown(*value)));
    return {};
  }
  return value->get<std::string>();
}

std::string EventFields::FileName(const char* key) {
  std::string name = Text(key);
  if (problem_.empty() && (name.empty() || name == "." || name == ".." ||
                           name.find_first_of(std::string_view("/\0", 2)) != std::string::npos)) {
    Keep(key, fmt::format("{} is not a plain file name", Shown(name)));
  }
  return name;
}

std::string EventFields::Hash(const char* key) {
  std::string hash = Text(key);
  if (problem_.empty() &&
      (hash.size() != 16 || hash.find_first_not_of("0123456789abcdef") != std::string::npos)) {
    Keep(key, fmt::format("{} is not 16 hex digits", Shown(hash)));
  }
  return hash;
}

std::string EventFields::MetricName(const char* key) {
  std::string name = Text(key);
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (problem_.empty() &&
      (name.empty() || name.size() > 64 || name.find_first_not_of(kLetters) != std::string::npos)) {
    Keep(key, fmt::format("{} is not 1 to 64 of [a-z0-9_]", Shown(name)));
  }
  return name;
}

std::string EventFields::Word(const char* key, std::initializer_list<std::string_view> known) {
  std::string word = Text(key);
  if (problem_.empty() && std::find(known.begin(), known.end(), word) == known.end()) {
    Keep(key, fmt::format("unknown {}", Shown(word)));
  }
  return word;
}

std::vector<int64_t> EventFields::Bins(const char* key) {
  std::vector<int64_t> bins;
  const json* const value = Find(key);
  if (value == nullptr) return bins;
  if (!value->is_array() || value->empty() || value->size() > kMaxBins) {
    Keep(key, fmt::format("not a list of 1 to {} counts", kMaxBins));
    return bins;
  }
  for (const json& count : *value) bins.push_back(CountOf(key, count, 0));
  return bins;
}

std::map<std::string, int64_t> EventFields::Counts(const char* key) {
  std::map<std::string, int64_t> counts;
  const json* const value = Find(key);
  if (value == nullptr) return counts;
  if (!value->is_object()) {
    Keep(key, "not an object");
    return counts;
  }
  for (const auto& [name, count] : value->items()) counts[name] = CountOf(key, count, 0);
  return counts;
}

const json* EventFields::Find(const char* key) {
  const auto found = object_.find(key);
  if (found != object_.end()) return &*found;
  Keep(key, "missing");
  return nullptr;
}

int64_t EventFields::CountOf(const char* key, const json& value, int64_t low) {
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (!value.is_number_unsigned() || value.get<uint64_t>() > kMax || value.get<int64_t>() < low) {
    Keep(key, fmt::format("{} is not a whole number >= {}", Shown(value), low));
    return low;
  }
  return value.get<int64_t>();
}

void EventFields::Keep(std::string_view key, std::string_view what) {
  if (problem_.empty()) problem_ = fmt::format("event: {}: {}", key, what);
}

}  // namespace sparsweep::contract
