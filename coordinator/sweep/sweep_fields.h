// The one list of the keys of a sweep file: reading it, listing its keys and printing its canonical
// form all walk it. The trial's own fields come from contract/trial_fields.h. Private to this
// folder.
#pragma once

#include <type_traits>
#include <vector>

#include "contract/trial_fields.h"
#include "coordinator/sweep/sweep_spec.h"

namespace sparsweep::coordinator::sweep {

template <class Spec, class Visit>
void VisitKeysOf(MetricSpec*, Spec& spec, Visit&& visit) {
  visit("name", spec.name);
  visit("goal", spec.goal);
}

template <class Spec, class Visit>
void VisitKeysOf(SearchSpec*, Spec& spec, Visit&& visit) {
  visit("kind", spec.kind);
}

template <class Spec, class Visit>
void VisitKeysOf(ResourcesSpec*, Spec& spec, Visit&& visit) {
  visit("ranks", spec.ranks);
  visit("threads", spec.threads);
  visit("max_concurrent_trials", spec.max_concurrent_trials);
}

template <class Spec, class Visit>
void VisitKeysOf(SweepSpec*, Spec& spec, Visit&& visit) {
  visit("name", spec.name);
  visit("model", spec.model);
  visit("task", spec.task);
  visit("training", spec.training);
  visit("pruning", spec.pruning);
  visit("groups", spec.groups);
  visit("seeds", spec.seeds);
  visit("metric", spec.metric);
  visit("search", spec.search);
  visit("resources", spec.resources);
  visit("max_restarts", spec.max_restarts);
}

// The parts of a trial that a sweep file writes out.
template <class T>
concept TrialPart = contract::FieldGroup<T>;

// Mappings with fixed keys.
template <class T>
concept KeyedPart =
    TrialPart<T> || std::is_same_v<T, MetricSpec> || std::is_same_v<T, SearchSpec> ||
    std::is_same_v<T, ResourcesSpec> || std::is_same_v<T, SweepSpec>;

// Calls visit(key, field) for each key of `part`, which may be const.
template <class Part, class Visit>
void VisitKeys(Part& part, Visit&& visit) {
  if constexpr (TrialPart<std::remove_const_t<Part>>) {
    contract::VisitFields(part, visit);
  } else {
    VisitKeysOf(static_cast<std::remove_const_t<Part>*>(nullptr), part, visit);
  }
}

// Calls visit(key, field) for every field that may stand in a group.
template <class Training, class Pruning, class Visit>
void VisitGroupFields(Training& training, Pruning& pruning, Visit&& visit) {
  contract::VisitFields(training, visit);
  contract::VisitFields(pruning, visit);
}

}  // namespace sparsweep::coordinator::sweep
