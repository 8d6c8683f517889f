// A checked sweep file: everything a sweep is, before its points are laid out. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/trial_spec.h"
#include "coordinator/sweep/source_location.h"

namespace sparsweep::coordinator::sweep {

// A value of a training or pruning field that a group sets.
using FieldValue = std::variant<uint32_t, double, std::string>;

// One field of a group with its value or values.
struct Axis {
  std::string field;  // "lambda", "steps", …
  std::vector<FieldValue> values;
  bool listed = false;  // written as {values: […]}
};

// A group's fields, in the order of the trial's fields and not of the file, so that moving a key
// changes nothing.
struct Group {
  std::vector<Axis> axes;
};

struct MetricSpec {
  std::string name;  // one of contract::MetricsOf(task); its first where the file gives none
  std::string goal;  // maximize | minimize; what suits the metric where the file gives none
};

struct SearchSpec {
  std::string kind = "grid";  // grid | list
};

struct ResourcesSpec {
  uint32_t ranks = 1;
  uint32_t threads = 1;                // per rank
  uint32_t max_concurrent_trials = 0;  // 0 = as many as there are slots
};

struct SweepSpec {
  std::string name;
  contract::ModelSpec model;
  contract::TaskSpec task;
  contract::TrainingSpec training;  // defaults for all groups
  contract::PruningSpec pruning;    // likewise; its method is used by groups that name none
  std::vector<Group> groups;
  std::vector<uint64_t> seeds = {1};
  MetricSpec metric;
  SearchSpec search;
  ResourcesSpec resources;
  uint32_t max_restarts = 2;

  // For messages only: the file's name, and where each key stands ("training.steps", "groups[0]",
  // "groups[0].lambda").
  std::string file;
  std::map<std::string, Mark> marks;

  // Where `field` ("pruning.lambda") of group `group` was given: in the group, else among the
  // defaults; where it is missing, the mapping that it belongs into.
  [[nodiscard]] Mark MarkOf(size_t group, std::string_view field) const;
};

}  // namespace sparsweep::coordinator::sweep
