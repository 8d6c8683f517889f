#include "coordinator/sweep/canonical_form.h"

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "coordinator/sweep/sweep_fields.h"

namespace sparsweep::coordinator::sweep {
namespace {

using nlohmann::json;  // keys sorted

json PrintGroup(const Group& group) {
  json object = json::object();
  for (const Axis& axis : group.axes) {
    json values = json::array();
    for (const FieldValue& value : axis.values) {
      std::visit([&values](const auto& plain) { values.push_back(plain); }, value);
    }
    object[axis.field] = std::move(values);
  }
  return object;
}

json Print(const auto& field) {
  using Field = std::remove_cvref_t<decltype(field)>;
  if constexpr (KeyedPart<Field>) {
    json object = json::object();
    VisitKeys(field, [&object](const char* key, const auto& inner) { object[key] = Print(inner); });
    return object;
  } else if constexpr (std::is_same_v<Field, std::vector<Group>>) {
    json list = json::array();
    for (const Group& group : field) list.push_back(PrintGroup(group));
    return list;
  } else if constexpr (std::is_same_v<Field, std::optional<double>>) {
    return field ? json(*field) : json(nullptr);
  } else {
    return field;
  }
}

// 1 where the form does not say.
uint32_t ResourceOf(const std::string& canonical_json, const char* key) {
  const json form = json::parse(canonical_json, nullptr, false);
  const json none = json::object();
  const json& resources = form.is_object() && form.contains("resources") ? form["resources"] : none;
  const auto number = resources.find(key);
  return number != resources.end() && number->is_number_unsigned() ? number->get<uint32_t>() : 1;
}

}  // namespace

std::string CanonicalJson(const SweepSpec& spec) {
  return Print(spec).dump(-1, ' ', false, json::error_handler_t::replace);
}

uint32_t ThreadsOf(const std::string& canonical_json) {
  return ResourceOf(canonical_json, "threads");
}

uint32_t RanksOf(const std::string& canonical_json) { return ResourceOf(canonical_json, "ranks"); }

std::string PointHash(const contract::TrialSpec& spec) {
  contract::TrialSpec point = spec;
  point.sweep.clear();
  point.trial.clear();
  point.attempt_number = 1;
  point.model.path.clear();
  point.task.train.clear();
  point.task.dev.clear();
  point.task.dev_mismatched = point.task.dev_mismatched.empty() ? "" : "given";
  point.training.checkpoint_every = 0;
  point.training.checkpoint_budget_mib = 0;
  point.world.rank = 0;
  point.world.rendezvous.clear();
  point.device.clear();
  point.directory.clear();
  point.resume_from.clear();
  point.input_hash.clear();
  point.cache_directory.clear();
  return base::Sha256Hex(contract::ToJson(point));
}

}  // namespace sparsweep::coordinator::sweep
