#include "contract/validate.h"

#include <string>

#include "contract/rules.h"
#include "contract/task_metrics.h"

namespace sparsweep::contract {
namespace {

void CheckModel(const ModelSpec& model, Rules& rules) {
  rules.Require(!model.path.empty(), "model.path", "empty; give an HF model directory");
  rules.Within("model.layers", model.layers, 0, 1000);
  rules.OneOf("model.pooling", model.pooling, {"cls", "mean"});
}

bool IsDeviceName(std::string_view device) {
  if (device == "cpu" || device == "cuda") return true;
  if (!device.starts_with("cuda:")) return false;
  const std::string_view number = device.substr(5);
  return !number.empty() && number.size() <= 3 &&
         number.find_first_not_of("0123456789") == std::string_view::npos;
}

void CheckPlacement(const TrialSpec& spec, Rules& rules) {
  rules.Within("world.size", spec.world.size, 1, 4096);
  rules.Require(spec.world.rank < spec.world.size, "world.rank",
                fmt::format("{} is not below world.size {}", spec.world.rank, spec.world.size));
  rules.Require(IsDeviceName(spec.device), "device",
                fmt::format("unknown '{}'; give cpu, cuda or cuda:N", spec.device.substr(0, 64)));
  rules.Within("threads", spec.threads, 1, 1024);
}

}  // namespace

absl::Status Validate(const TrialSpec& spec) {
  Rules rules;
  rules.Require(spec.schema == 1, "schema",
                fmt::format("{} is not known to this version; give 1", spec.schema));
  rules.Within("attempt_number", spec.attempt_number, 1, 1'000'000);
  CheckModel(spec.model, rules);
  CheckTask(spec.task, rules);
  CheckTraining(spec, rules);
  CheckPruning(spec, rules);
  if (!spec.metric.empty()) rules.OneOf("metric", spec.metric, MetricsOf(spec.task));
  CheckPlacement(spec, rules);
  return rules.status();
}

}  // namespace sparsweep::contract
