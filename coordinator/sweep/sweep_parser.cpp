#include "coordinator/sweep/sweep_parser.h"

#include <fmt/format.h>

#include "contract/task_metrics.h"
#include "coordinator/sweep/key_reader.h"
#include "coordinator/sweep/sweep_fields.h"
#include "coordinator/sweep/sweep_rules.h"
#include "coordinator/sweep/yaml_tree.h"

namespace sparsweep::coordinator::sweep {
namespace {

template <class Part>
void ListKeys(const std::string& prefix, Part& part, std::vector<std::string>& keys) {
  VisitKeys(part, [&](const char* key, auto& field) {
    keys.push_back(prefix + key);
    if constexpr (KeyedPart<std::remove_reference_t<decltype(field)>>) {
      ListKeys(fmt::format("{}{}.", prefix, key), field, keys);
    }
  });
}

}  // namespace

absl::StatusOr<SweepSpec> ParseSweep(const SweepSource& source) {
  auto tree = ParseYaml(source.yaml, source.file);
  if (!tree.ok()) return tree.status();
  SweepSpec spec;
  spec.file = source.file;
  KeyReader reader(spec);
  reader.Read(*tree, "", spec);
  if (!reader.status().ok()) return reader.status();
  if (!spec.marks.contains("training.checkpoint_every")) {
    spec.training.checkpoint_every = spec.training.evaluate_every;
  }
  if (spec.metric.name.empty()) spec.metric.name = contract::PrimaryMetric(spec.task);
  if (spec.metric.goal.empty()) {
    spec.metric.goal = contract::IsBetterWhenLarger(spec.metric.name) ? "maximize" : "minimize";
  }
  CheckRules(spec, reader);
  ResolvePaths(source.base_directory, spec, reader);
  if (!reader.status().ok()) return reader.status();
  return spec;
}

std::vector<std::string> SweepKeys() {
  SweepSpec spec;
  std::vector<std::string> keys;
  ListKeys("", spec, keys);
  VisitGroupFields(spec.training, spec.pruning, [&keys](const char* key, const auto&) {
    keys.push_back(fmt::format("groups.{}", key));
  });
  return keys;
}

}  // namespace sparsweep::coordinator::sweep
