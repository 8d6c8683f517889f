#include "coordinator/search/variant.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "contract/trial_fields.h"

namespace sparsweep::coordinator::search {
namespace {

std::string Shown(const std::string& value) {
  if (value.empty()) return "none";
  return value.substr(value.find_last_of('/') + 1);
}
std::string Shown(double value) { return fmt::format("{:.6g}", value); }
std::string Shown(uint32_t value) { return fmt::format("{}", value); }
std::string Shown(const std::optional<double>& value) {
  return value ? Shown(*value) : std::string("default");
}

// What has a column of its own.
bool IsShownApart(std::string_view field) {
  static const std::set<std::string_view> apart{"method", "lambda", "density", "target_density"};
  return apart.contains(field);
}

template <class Visit>
void VisitSettings(const Point& point, Visit&& visit) {
  const auto each = [&](std::string_view field, const auto& value) {
    if (!IsShownApart(field)) visit(field, Shown(value));
  };
  contract::VisitFields(point.spec.training, each);
  contract::VisitFields(point.spec.pruning, each);
}

using MethodField = std::pair<std::string_view, std::string_view>;

// (method, field) whose values differ.
std::set<MethodField> Differing(const std::vector<Point>& points) {
  std::map<MethodField, std::string> first;
  std::set<MethodField> differing;
  for (const Point& point : points) {
    VisitSettings(point, [&](std::string_view field, std::string value) {
      const MethodField key{point.spec.pruning.method, field};
      const auto [known, added] = first.emplace(key, value);
      if (!added && known->second != value) differing.insert(key);
    });
  }
  return differing;
}

}  // namespace

void NameVariants(std::vector<Point>& points) {
  const std::set<MethodField> differing = Differing(points);
  for (Point& point : points) {
    VisitSettings(point, [&](std::string_view field, const std::string& value) {
      if (!differing.contains({point.spec.pruning.method, field})) return;
      point.variant += fmt::format("{}{} {}", point.variant.empty() ? "" : ", ", field, value);
    });
  }
}

}  // namespace sparsweep::coordinator::search
