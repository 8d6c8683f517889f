// Tests one rule after the other and keeps the first that fails. Private to this folder.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "contract/nearest.h"
#include "contract/trial_spec.h"

namespace sparsweep::contract {

using Words = std::vector<std::string_view>;

class Rules {
 public:
  void Require(bool holds, std::string_view field, const std::string& problem) {
    if (!holds && status_.ok()) {
      status_ = absl::InvalidArgumentError(fmt::format("{}: {}", field, problem));
    }
  }
  void OneOf(std::string_view field, std::string_view word, const Words& known) {
    Require(std::find(known.begin(), known.end(), word) != known.end(), field,
            fmt::format("unknown '{}'{}", word.substr(0, 64), NearestHint(word, known)));
  }
  void Positive(std::string_view field, double value) {
    Require(std::isfinite(value) && value > 0, field,
            fmt::format("{} is not above 0; give a positive number", value));
  }
  void NotNegative(std::string_view field, double value) {
    Require(std::isfinite(value) && value >= 0, field,
            fmt::format("{} is negative; give 0 or more", value));
  }
  void Within(std::string_view field, uint64_t value, uint64_t low, uint64_t high) {
    Require(value >= low && value <= high, field,
            fmt::format("{} is out of range; give {} to {}", value, low, high));
  }

  [[nodiscard]] absl::Status status() const { return status_; }

 private:
  absl::Status status_;
};

// The parts of Validate().
void CheckTask(const TaskSpec& task, Rules& rules);
void CheckTraining(const TrialSpec& spec, Rules& rules);
void CheckPruning(const TrialSpec& spec, Rules& rules);

}  // namespace sparsweep::contract
