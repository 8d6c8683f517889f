#include "coordinator/search/variant.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "contract/trial_fields.h"

namespace sparsweep::coordinator::search {
namespace {

std::string Shown(const std::string& value) { return value.empty() ? "none" : value; }
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

using Values = std::set<std::string>;

// The values of each field among the points of each method.
std::map<MethodField, Values> ValuesOf(const std::vector<Point>& points) {
  std::map<MethodField, Values> values;
  for (const Point& point : points) {
    VisitSettings(point, [&](std::string_view field, const std::string& value) {
      values[{point.spec.pruning.method, field}].insert(value);
    });
  }
  return values;
}

std::string LastPart(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

// A path by its last part, unless another one has the same.
std::string Shortened(const std::string& value, const Values& all) {
  const auto same = [&](const std::string& other) { return LastPart(other) == LastPart(value); };
  return std::ranges::count_if(all, same) == 1 ? LastPart(value) : value;
}

}  // namespace

void NameVariants(std::vector<Point>& points) {
  const std::map<MethodField, Values> values = ValuesOf(points);
  for (Point& point : points) {
    VisitSettings(point, [&](std::string_view field, const std::string& value) {
      const Values& all = values.at({point.spec.pruning.method, field});
      if (all.size() == 1) return;
      point.variant +=
          fmt::format("{}{} {}", point.variant.empty() ? "" : ", ", field, Shortened(value, all));
    });
  }
}

}  // namespace sparsweep::coordinator::search
