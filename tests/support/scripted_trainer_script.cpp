#include "tests/support/scripted_trainer_script.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace sparsweep::test {
namespace {

template <typename Value>
void Read(const nlohmann::json& object, const char* key, Value* value) {
  if (object.contains(key)) *value = object[key].get<typename Value::value_type>();
}

ScriptRule ReadRule(const nlohmann::json& object) {
  ScriptRule rule;
  Read(object, "trial", &rule.trial);
  Read(object, "attempt", &rule.attempt);
  Read(object, "rank", &rule.rank);
  Read(object, "method", &rule.method);
  Read(object, "seed", &rule.seed);
  rule.step = object.value("step", rule.step);
  rule.action = object.at("action").get<std::string>();
  rule.failure_class = object.value("class", rule.failure_class);
  rule.reason = object.value("reason", rule.reason);
  return rule;
}

}  // namespace

bool ScriptRule::AppliesTo(const contract::TrialSpec& spec) const {
  return (!trial || *trial == spec.trial) && (!attempt || *attempt == spec.attempt_number) &&
         (!rank || *rank == spec.world.rank) && (!method || *method == spec.pruning.method) &&
         (!seed || *seed == spec.seed);
}

absl::StatusOr<Script> LoadScript() {
  Script script;
  if (const char* step_ms = std::getenv("SPARSWEEP_STEP_MS")) {
    if (!absl::SimpleAtoi(step_ms, &script.step_ms)) {
      return absl::InvalidArgumentError("SPARSWEEP_STEP_MS is not a number");
    }
  }
  const char* path = std::getenv("SPARSWEEP_SCRIPT");
  if (path == nullptr) return script;
  const absl::StatusOr<std::string> text = base::ReadFile(path, 1 << 20);
  if (!text.ok()) return text.status();
  try {
    const nlohmann::json json = nlohmann::json::parse(*text);
    script.step_ms = json.value("step_ms", script.step_ms);
    for (const nlohmann::json& rule : json.value("rules", nlohmann::json::array())) {
      script.rules.push_back(ReadRule(rule));
    }
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
  return script;
}

}  // namespace sparsweep::test
