#include "contract/trial_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "contract/nearest.h"
#include "contract/strict_json.h"
#include "contract/trial_fields.h"

namespace sparsweep::contract {
namespace {

using nlohmann::json;

constexpr size_t kMaxBytes = 1 << 20;

// Fills a spec from a JSON object; the first problem stays in status().
class Reader {
 public:
  template <FieldGroup Group>
  void ReadGroup(const std::string& path, const json& value, Group& group) {
    if (!value.is_object()) return Fail(path, value, "an object");
    std::vector<std::string_view> known;
    VisitFields(group, [&](std::string_view key, auto& field) {
      known.push_back(key);
      if (const auto found = value.find(key); found != value.end()) {
        Read(path.empty() ? std::string(key) : fmt::format("{}.{}", path, key), *found, field);
      }
    });
    for (const auto& [key, unused] : value.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      Keep(fmt::format("{}: unknown key '{}'{}", path.empty() ? "spec" : path, key.substr(0, 64),
                       NearestHint(key, known)));
    }
  }

  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  template <FieldGroup Group>
  void Read(const std::string& path, const json& value, Group& group) {
    ReadGroup(path, value, group);
  }
  void Read(const std::string& path, const json& value, std::string& field) {
    if (!value.is_string()) return Fail(path, value, "a string");
    field = value.get<std::string>();
    if (field.find('\0') != std::string::npos) Fail(path, value, "a string without NUL");
  }
  void Read(const std::string& path, const json& value, bool& field) {
    if (!value.is_boolean()) return Fail(path, value, "true or false");
    field = value.get<bool>();
  }
  void Read(const std::string& path, const json& value, double& field) {
    if (!value.is_number()) return Fail(path, value, "a number");
    field = value.get<double>();
  }
  void Read(const std::string& path, const json& value, std::optional<double>& field) {
    field.reset();
    if (!value.is_null()) Read(path, value, field.emplace());
  }
  void Read(const std::string& path, const json& value, uint64_t& field) {
    if (value.is_number_unsigned()) {
      field = value.get<uint64_t>();
      return;
    }
    if (value.is_string()) {  // protobuf prints 64-bit integers as strings
      const auto& text = value.get_ref<const std::string&>();
      const char* const end = text.data() + text.size();
      if (const auto read = std::from_chars(text.data(), end, field);
          read.ec == std::errc() && read.ptr == end) {
        return;
      }
    }
    Fail(path, value, "a whole number >= 0");
  }
  void Read(const std::string& path, const json& value, uint32_t& field) {
    if (!value.is_number_unsigned() ||
        value.get<uint64_t>() > std::numeric_limits<uint32_t>::max()) {
      return Fail(path, value, "a whole number from 0 to 4294967295");
    }
    field = value.get<uint32_t>();
  }
  void Read(const std::string& path, const json& value, std::vector<std::string>& field) {
    if (!value.is_array()) return Fail(path, value, "a list of strings");
    field.clear();
    for (const json& element : value) {
      const std::string at = fmt::format("{}[{}]", path, field.size());
      Read(at, element, field.emplace_back());
    }
  }

  void Fail(const std::string& path, const json& value, std::string_view expected) {
    Keep(fmt::format("{}: {} is not {}", path.empty() ? "spec" : path, Shown(value), expected));
  }
  void Keep(const std::string& message) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(message);
  }

  absl::Status status_;
};

nlohmann::ordered_json Print(const auto& field) {
  using Field = std::remove_cvref_t<decltype(field)>;
  if constexpr (FieldGroup<Field>) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    VisitFields(field, [&](const char* key, const auto& inner) { object[key] = Print(inner); });
    return object;
  } else if constexpr (std::is_same_v<Field, std::optional<double>>) {
    return field ? nlohmann::ordered_json(*field) : nlohmann::ordered_json(nullptr);
  } else {
    return field;
  }
}

template <class Field>
void ListKeys(const std::string& prefix, Field& field, std::vector<std::string>& keys) {
  if constexpr (FieldGroup<Field>) {
    VisitFields(field, [&](const char* key, auto& inner) {
      keys.push_back(prefix + key);
      ListKeys(fmt::format("{}{}.", prefix, key), inner, keys);
    });
  }
}

}  // namespace

absl::StatusOr<TrialSpec> ParseTrialSpec(std::string_view text) {
  const auto parsed = ParseStrictJson(text, kMaxBytes, "spec");
  if (!parsed.ok()) return parsed.status();
  TrialSpec spec;
  Reader reader;
  reader.ReadGroup("", *parsed, spec);
  if (!reader.status().ok()) return reader.status();
  return spec;
}

std::string ToJson(const TrialSpec& spec) {
  return Print(spec).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<std::string> TrialSpecKeys() {
  TrialSpec spec;
  std::vector<std::string> keys;
  ListKeys("", spec, keys);
  return keys;
}

std::string TrialName(int64_t trial_id) { return fmt::format("t-{:06}", trial_id); }

std::optional<int64_t> ParseTrialName(std::string_view name) {
  if (!name.starts_with("t-")) return std::nullopt;
  int64_t id = 0;
  const char* const end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + 2, end, id);
  if (read.ec != std::errc() || read.ptr != end || id < 0 || TrialName(id) != name) {
    return std::nullopt;
  }
  return id;
}

}  // namespace sparsweep::contract
