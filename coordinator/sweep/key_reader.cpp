#include "coordinator/sweep/key_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/utf8.h"
#include "contract/nearest.h"

namespace sparsweep::coordinator::sweep {
namespace {

std::string Shown(const YamlNode& node) {
  switch (node.kind) {
    case YamlKind::kNull:
      return "nothing";
    case YamlKind::kSequence:
      return "a list";
    case YamlKind::kMapping:
      return "a mapping";
    case YamlKind::kScalar:
      break;
  }
  return fmt::format("{}'{}'", node.quoted ? "the text " : "",
                     base::ShortenUtf8(base::ValidUtf8(node.scalar), 60));
}

template <class Number>
bool ReadNumber(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

FieldValue ToValue(uint32_t value) { return value; }
FieldValue ToValue(double value) { return value; }
FieldValue ToValue(const std::optional<double>& value) { return *value; }
FieldValue ToValue(std::string value) { return value; }

}  // namespace

void KeyReader::Read(const YamlNode& node, const std::string& path, std::string& field) {
  if (!Expect(node, YamlKind::kScalar, path, "text")) return;
  if (node.scalar.empty()) return Mistyped(node, path, "text that is not empty");
  field = node.scalar;
}

void KeyReader::Read(const YamlNode& node, const std::string& path, bool& field) {
  const auto text = Plain(node, path, "true or false");
  if (!text) return;
  if (*text != "true" && *text != "false") return Mistyped(node, path, "true or false");
  field = *text == "true";
}

void KeyReader::Read(const YamlNode& node, const std::string& path, double& field) {
  const auto text = Plain(node, path, "a number");
  if (text && (!ReadNumber(*text, field) || !std::isfinite(field))) {
    Mistyped(node, path, "a number");
  }
}

void KeyReader::Read(const YamlNode& node, const std::string& path, std::optional<double>& field) {
  Read(node, path, field.emplace());
}

void KeyReader::Read(const YamlNode& node, const std::string& path, uint32_t& field) {
  constexpr char kExpected[] = "a whole number from 0 to 4294967295";
  const auto text = Plain(node, path, kExpected);
  if (text && !ReadNumber(*text, field)) Mistyped(node, path, kExpected);
}

void KeyReader::Read(const YamlNode& node, const std::string& path, uint64_t& field) {
  constexpr char kExpected[] = "a whole number, 0 or more";
  const auto text = Plain(node, path, kExpected);
  if (text && !ReadNumber(*text, field)) Mistyped(node, path, kExpected);
}

void KeyReader::Read(const YamlNode& node, const std::string& path,
                     std::vector<std::string>& field) {
  if (!Expect(node, YamlKind::kSequence, path, "a list of texts, [a, b]")) return;
  field.clear();
  for (const YamlNode& item : node.items) {
    const std::string at = fmt::format("{}[{}]", path, field.size());
    Read(item, at, field.emplace_back());
  }
}

void KeyReader::Read(const YamlNode& node, const std::string& path, std::vector<uint64_t>& field) {
  if (!Expect(node, YamlKind::kSequence, path, "a list of whole numbers, [1, 2]")) return;
  field.clear();
  for (const YamlNode& item : node.items) {
    const std::string at = fmt::format("{}[{}]", path, field.size());
    Read(item, at, field.emplace_back());
  }
}

void KeyReader::Read(const YamlNode& node, const std::string& path, std::vector<Group>& field) {
  if (!Expect(node, YamlKind::kSequence, path, "a list of groups")) return;
  field.clear();
  for (const YamlNode& item : node.items) {
    const std::string at = fmt::format("{}[{}]", path, field.size());
    ReadGroup(item, at, field.emplace_back());
  }
}

void KeyReader::ReadGroup(const YamlNode& node, const std::string& path, Group& group) {
  if (!Expect(node, YamlKind::kMapping, path, "a mapping, {method: …}")) return;
  std::vector<std::string_view> known;
  contract::TrainingSpec training;
  contract::PruningSpec pruning;
  VisitGroupFields(training, pruning, [&](std::string_view key, auto& scratch) {
    known.push_back(key);
    const YamlNode* value = node.Find(key);
    if (value == nullptr) return;
    group.axes.push_back({std::string(key), {}, false});
    ReadAxis(*value, Join(path, key), group.axes.back(), scratch);
  });
  RefuseOthers(node, path, known);
}

void KeyReader::ReadAxis(const YamlNode& node, const std::string& path, Axis& axis, auto& scratch) {
  if (node.kind != YamlKind::kMapping) {
    Read(node, path, scratch);
    if (status_.ok()) axis.values.push_back(ToValue(scratch));
    return;
  }
  spec_.marks.emplace(path, node.mark);
  RefuseOthers(node, path, {"values"});
  const YamlNode* values = node.Find("values");
  if (values == nullptr) return Fail(node.mark, path, fmt::format("{}: no values", path));
  if (!Expect(*values, YamlKind::kSequence, path, "a list, {values: [a, b]}")) return;
  if (values->items.empty()) {
    return Fail(values->mark, path, fmt::format("{}: an empty list; give one value or more", path));
  }
  axis.listed = true;
  for (const YamlNode& item : values->items) {
    Read(item, fmt::format("{}.values[{}]", path, axis.values.size()), scratch);
    if (!status_.ok()) return;
    axis.values.push_back(ToValue(scratch));
  }
}

bool KeyReader::Expect(const YamlNode& node, YamlKind kind, const std::string& path,
                       std::string_view expected) {
  spec_.marks.emplace(path, node.mark);
  if (node.kind == kind) return true;
  Mistyped(node, path, expected);
  return false;
}

std::optional<std::string_view> KeyReader::Plain(const YamlNode& node, const std::string& path,
                                                 std::string_view expected) {
  if (!Expect(node, YamlKind::kScalar, path, expected)) return std::nullopt;
  if (!node.quoted) return node.scalar;
  Mistyped(node, path, fmt::format("{}; remove the quotes", expected));
  return std::nullopt;
}

void KeyReader::RefuseOthers(const YamlNode& node, const std::string& path,
                             const std::vector<std::string_view>& known) {
  for (const YamlEntry& entry : node.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    const std::string word = base::ShortenUtf8(base::ValidUtf8(entry.key), 64);
    Fail(entry.mark, Join(path, word),
         fmt::format("unknown key '{}'{}", word, contract::NearestHint(entry.key, known)));
  }
}

void KeyReader::Mistyped(const YamlNode& node, const std::string& path, std::string_view expected) {
  Fail(node.mark, path,
       fmt::format("{}: {} is not {}", path.empty() ? "file" : path, Shown(node), expected));
}

void KeyReader::Fail(Mark mark, std::string_view field, std::string_view message) {
  if (status_.ok()) status_ = ErrorAt(spec_.file, mark, field, message);
}

std::string KeyReader::Join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

}  // namespace sparsweep::coordinator::sweep
