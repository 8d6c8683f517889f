#include "pruning_core/train/run_identity.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "contract/strict_json.h"

namespace sparsweep::core {
namespace {

constexpr size_t kMaxIdentity = size_t{1} << 20;

}  // namespace

using nlohmann::json;

std::string RunIdentity(const contract::TrialSpec& spec, const std::string& teacher) {
  contract::TrialSpec identity = spec;
  const contract::TrialSpec neutral;
  identity.sweep.clear();
  identity.trial.clear();
  identity.attempt_number = neutral.attempt_number;
  identity.model.path.clear();
  identity.task.train.clear();
  identity.task.dev.clear();
  identity.task.dev_mismatched.clear();
  identity.training.teacher = teacher;
  if (spec.training.keep == "last" && spec.training.patience == 0) {
    identity.training.evaluate_every = neutral.training.evaluate_every;
  }
  identity.training.checkpoint_every = neutral.training.checkpoint_every;
  identity.training.checkpoint_budget_mib = neutral.training.checkpoint_budget_mib;
  identity.world = neutral.world;
  identity.device = spec.device.substr(0, spec.device.find(':'));
  identity.directory.clear();
  identity.resume_from.clear();
  identity.cache_directory.clear();
  return contract::ToJson(identity);
}

std::string IdentityDifference(std::string_view there, std::string_view here) {
  if (there == here) return {};
  const json ours = json::parse(here).flatten();
  // From a file: flatten() recurses, so its depth must be bounded.
  const auto parsed = contract::ParseStrictJson(there, kMaxIdentity, "identity");
  if (!parsed.ok() || !parsed->is_object()) return "its spec cannot be read";
  const json theirs = parsed->flatten();
  for (const auto& [pointer, value] : ours.items()) {
    const auto other = theirs.find(pointer);
    if (other != theirs.end() && *other == value) continue;
    std::string path = pointer.substr(1);  // "/pruning/method"
    for (char& letter : path) letter = letter == '/' ? '.' : letter;
    return fmt::format("{} is {} there and {} here", path,
                       other == theirs.end() ? "absent" : other->dump(), value.dump());
  }
  return "it has fields this version does not know";
}

}  // namespace sparsweep::core
