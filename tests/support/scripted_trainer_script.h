// What a scripted trainer should do besides training: rules in a JSON file that SPARSWEEP_SCRIPT
// names.
//
//   {"step_ms": 10, "rules": [{"trial": "t-000002", "attempt": 1, "step": 20, "action": "fail",
//                              "class": "numeric", "reason": "NOT_FINITE"}]}
//
// A rule applies to the ranks of the trials that match all of trial, attempt, rank, method and seed
// that it names, when they reach `step` (0 = before the first). Actions:
//   fail           error.json of `class` and `reason`, and the class's exit code
//   crash          kills itself with SIGKILL
//   hang           makes no step any more; SIGTERM still ends it
//   cut_line       writes half an event and kills itself
//   bad_line       writes a line that is no event, and goes on
//   exit_early     exits with 0 without a `finished` event
//   ignore_sigterm from then on
// The environment variable SPARSWEEP_STEP_MS stands in for step_ms where there is no file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "contract/trial_spec.h"

namespace sparsweep::test {

struct ScriptRule {
  std::optional<std::string> trial;
  std::optional<uint32_t> attempt;
  std::optional<uint32_t> rank;
  std::optional<std::string> method;
  std::optional<uint64_t> seed;
  int64_t step = 0;
  std::string action;
  std::string failure_class = "internal";
  std::string reason = "SCRIPTED";

  [[nodiscard]] bool AppliesTo(const contract::TrialSpec& spec) const;
};

struct Script {
  int64_t step_ms = 10;
  std::vector<ScriptRule> rules;
};

// From the environment; INVALID_ARGUMENT names the file.
[[nodiscard]] absl::StatusOr<Script> LoadScript();

}  // namespace sparsweep::test
