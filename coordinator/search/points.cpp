#include "coordinator/search/points.h"

#include <fmt/format.h>

#include <type_traits>
#include <unordered_map>
#include <utility>

#include "contract/trial_fields.h"
#include "contract/validate.h"
#include "coordinator/search/grid.h"
#include "coordinator/search/variant.h"
#include "coordinator/sweep/canonical_form.h"

namespace sparsweep::coordinator::search {
namespace {

using sweep::FieldValue;

// What all points of a sweep share.
contract::TrialSpec BaseSpec(const sweep::SweepSpec& sweep) {
  contract::TrialSpec spec;
  spec.sweep = sweep.name;
  spec.model = sweep.model;
  spec.task = sweep.task;
  spec.training = sweep.training;
  spec.pruning = sweep.pruning;
  spec.world.size = sweep.resources.ranks;
  spec.threads = sweep.resources.threads;
  spec.metric = sweep.metric.name;
  return spec;
}

void Assign(const FieldValue& value, uint32_t& field) { field = std::get<uint32_t>(value); }
void Assign(const FieldValue& value, double& field) { field = std::get<double>(value); }
void Assign(const FieldValue& value, std::optional<double>& field) {
  field = std::get<double>(value);
}
void Assign(const FieldValue& value, std::string& field) { field = std::get<std::string>(value); }

void SetField(const std::string& name, const FieldValue& value, contract::TrialSpec& spec) {
  const auto visit = [&](std::string_view key, auto& field) {
    if (key == name) Assign(value, field);
  };
  contract::VisitFields(spec.training, visit);
  contract::VisitFields(spec.pruning, visit);
}

bool Sets(const sweep::Group& group, std::string_view field) {
  for (const sweep::Axis& axis : group.axes) {
    if (axis.field == field) return true;
  }
  return false;
}

contract::TrialSpec ElementSpec(const contract::TrialSpec& base, const sweep::Group& group,
                                uint64_t index) {
  contract::TrialSpec spec = base;
  const auto element = GridElement(group, index);
  for (size_t i = 0; i < element.size(); ++i) SetField(group.axes[i].field, *element[i], spec);
  if (!Sets(group, "lambda") && !contract::IsPenalized(spec.pruning.method)) {
    spec.pruning.lambda.reset();
  }
  const bool ranks = contract::IsRankBased(spec.pruning.method);
  const bool asks = Sets(group, "density");
  const bool asks_target = Sets(group, "target_density");
  if (!asks && (!ranks || asks_target)) spec.pruning.density.reset();
  if (!asks_target && (spec.pruning.method == "dense" || asks)) spec.pruning.target_density.reset();
  return spec;
}

// `problem` is "FIELD: …", as contract::Validate words it.
absl::Status PointError(const sweep::SweepSpec& sweep, size_t group, const std::string& problem) {
  const std::string field = problem.substr(0, problem.find(':'));
  const sweep::Mark mark =
      sweep.MarkOf(group, field == "threads" ? "resources.threads" : std::string_view(field));
  return sweep::ErrorAt(sweep.file, mark, field, problem);
}

absl::Status CheckSize(const sweep::SweepSpec& sweep) {
  uint64_t total = 0;
  for (size_t i = 0; i < sweep.groups.size(); ++i) {
    total += GridSize(sweep.groups[i], kMaxPoints) * sweep.seeds.size();
    if (total > kMaxPoints) {
      const std::string field = fmt::format("groups[{}]", i);
      return sweep::ErrorAt(
          sweep.file, sweep.MarkOf(i, field), field,
          fmt::format("{}: more than {} points up to here; split the sweep", field, kMaxPoints));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Point>> LayOutPoints(const sweep::SweepSpec& sweep) {
  if (const absl::Status status = CheckSize(sweep); !status.ok()) return status;
  const contract::TrialSpec base = BaseSpec(sweep);
  std::vector<Point> points;
  std::unordered_map<std::string, size_t> group_of_hash;
  for (size_t g = 0; g < sweep.groups.size(); ++g) {
    const uint64_t size = GridSize(sweep.groups[g], kMaxPoints);
    for (uint64_t index = 0; index < size; ++index) {
      contract::TrialSpec spec = ElementSpec(base, sweep.groups[g], index);
      if (const absl::Status valid = contract::Validate(spec); !valid.ok()) {
        return PointError(sweep, g, std::string(valid.message()));
      }
      for (const uint64_t seed : sweep.seeds) {
        spec.seed = seed;
        std::string hash = sweep::PointHash(spec);
        const auto [first, added] = group_of_hash.emplace(hash, g);
        if (!added) {
          const std::string field = fmt::format("groups[{}]", g);
          const std::string other = fmt::format("groups[{}]", first->second);
          return sweep::ErrorAt(
              sweep.file, sweep.MarkOf(g, field), field,
              fmt::format("{}: a point that {} in line {} has already; remove one of the two",
                          field, other, sweep.MarkOf(first->second, other).line));
        }
        points.push_back({spec, std::move(hash), ""});
      }
    }
  }
  NameVariants(points);
  return points;
}

}  // namespace sparsweep::coordinator::search
