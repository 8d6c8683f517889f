#include "cli/progress.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "cli/output/text.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

constexpr double kWindowSeconds = 60;
constexpr double kLeastSeconds = 10;

std::string LowerName(std::string name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  absl::AsciiStrToLower(&name);
  return name;
}

}  // namespace

bool HasEnded(v1::SweepState state) {
  return state == v1::SWEEP_STATE_SUCCEEDED || state == v1::SWEEP_STATE_FAILED ||
         state == v1::SWEEP_STATE_REJECTED || state == v1::SWEEP_STATE_CANCELED;
}

bool HasEnded(v1::TrialState state) {
  return state == v1::TRIAL_STATE_SUCCEEDED || state == v1::TRIAL_STATE_FAILED ||
         state == v1::TRIAL_STATE_CANCELED;
}

bool IsActive(v1::TrialState state) {
  return state == v1::TRIAL_STATE_LEASED || state == v1::TRIAL_STATE_RUNNING;
}

std::string StateName(v1::SweepState state) {
  return LowerName(v1::SweepState_Name(state), "SWEEP_STATE_");
}

std::string StateName(v1::TrialState state) {
  return LowerName(v1::TrialState_Name(state), "TRIAL_STATE_");
}

Steps StepsOf(const std::vector<v1::Trial>& trials) {
  Steps steps;
  for (const v1::Trial& trial : trials) {
    steps.total += trial.steps();
    steps.done += HasEnded(trial.state()) ? trial.steps() : std::min(trial.step(), trial.steps());
  }
  return steps;
}

std::string TargetOf(const v1::Trial& trial) {
  std::string target;
  if (trial.has_density()) {
    target = Percent(trial.density());
  } else if (trial.has_lambda()) {
    target = fmt::format("λ {:.6g}", trial.lambda());
  }
  if (trial.variant().empty()) return target;
  return target.empty() ? trial.variant() : fmt::format("{}, {}", target, trial.variant());
}

double EtaEstimator::Update(double elapsed_seconds, const Steps& steps) {
  // A trial that starts again takes steps back: what was seen before says nothing any more.
  if (!samples_.empty() && steps.done < samples_.back().done) samples_.clear();
  samples_.push_back({elapsed_seconds, steps.done});
  while (samples_.size() > 2 && elapsed_seconds - samples_[1].seconds >= kWindowSeconds) {
    samples_.pop_front();
  }
  const double seconds = elapsed_seconds - samples_.front().seconds;
  const auto done = static_cast<double>(steps.done - samples_.front().done);
  if (seconds < kLeastSeconds || done <= 0) return -1;
  return static_cast<double>(steps.total - steps.done) * seconds / done;
}

}  // namespace sparsweep::cli
