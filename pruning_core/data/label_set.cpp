#include "pruning_core/data/label_set.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "contract/nearest.h"
#include "fmt/format.h"
#include "pruning_core/data/data_source.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

std::optional<int64_t> Integer(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void Fail(const std::string& value, const std::string& what) {
  throw UserError("BAD_LABELS", "task.labels", value, "task.labels: " + what);
}

}  // namespace

LabelSet::LabelSet(std::vector<std::string> names) : names_(std::move(names)) {
  for (size_t i = 0; i < names_.size(); ++i) {
    if (!classes_.emplace(names_[i], static_cast<int32_t>(i)).second) {
      Fail(names_[i], fmt::format("{} stands twice; name each label once", Quoted(names_[i])));
    }
  }
}

LabelSet LabelSet::FromList(std::vector<std::string> labels) {
  if (labels.size() < 2) {
    Fail(std::to_string(labels.size()), "a classification needs at least two labels");
  }
  return LabelSet(std::move(labels));
}

LabelSet LabelSet::FromExamples(const std::vector<RawExample>& examples) {
  std::set<std::string_view> different;
  for (const RawExample& example : examples) different.insert(example.label);
  std::vector<std::string> names(different.begin(), different.end());
  if (names.size() < 2) {
    Fail(names.empty() ? "" : names[0],
         "the training file has fewer than two different labels; check task.format.label");
  }
  if (std::ranges::all_of(names, [](const auto& name) { return Integer(name).has_value(); })) {
    std::ranges::stable_sort(names, {}, [](const auto& name) { return *Integer(name); });
  }
  return LabelSet(std::move(names));
}

int32_t LabelSet::ClassOf(const RawExample& example, std::string_view path,
                          std::string_view field) const {
  const auto found = classes_.find(example.label);
  if (found != classes_.end()) return found->second;
  const std::vector<std::string_view> known(names_.begin(), names_.end());
  throw UserError("LABEL_NOT_IN_LIST", std::string(field), example.label,
                  fmt::format("{}: {} line {}: label {} is not in the list of {} labels{}", field,
                              path, example.line, Quoted(example.label), names_.size(),
                              contract::NearestHint(example.label, OnOneLine(known))));
}

}  // namespace sparsweep::core
