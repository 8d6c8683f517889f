#include "pruning_core/data/regression_targets.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "fmt/format.h"

namespace sparsweep::core {
namespace {

// White space around the number is allowed, as Python's float() does.
std::optional<float> Number(std::string_view text, std::pair<double, double> range) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const auto rounded = static_cast<float>(value);
  if (!std::isfinite(rounded)) return std::nullopt;
  if (range.first < range.second && (value < range.first || value > range.second)) {
    return std::nullopt;
  }
  return rounded;
}

}  // namespace

std::vector<float> RegressionTargets(const std::vector<RawExample>& examples,
                                     std::pair<double, double> range, const DataSource& source) {
  std::vector<float> targets;
  targets.reserve(examples.size());
  uint64_t faults = 0;
  const RawExample* first = nullptr;
  for (const RawExample& example : examples) {
    const auto target = Number(example.label, range);
    if (!target && faults++ == 0) first = &example;
    targets.push_back(target.value_or(0));
  }
  if (faults == 0) return targets;
  const std::string kind = range.first < range.second
                               ? fmt::format("number from {} to {}", range.first, range.second)
                               : "finite number";
  source.Fail("DATA_MALFORMED", first->label,
              fmt::format("has {} line{} whose label is not a {} (first: line {}, {}); correct "
                          "or remove them",
                          faults, faults == 1 ? "" : "s", kind, first->line, Quoted(first->label)));
}

}  // namespace sparsweep::core
