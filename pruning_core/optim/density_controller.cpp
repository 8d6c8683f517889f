#include "pruning_core/optim/density_controller.h"

#include <algorithm>
#include <cmath>

namespace sparsweep::core {
namespace {

constexpr double kProportionalFirst = 2.0;
constexpr double kProportionalGrowth = 4.0;
constexpr double kIntegralGain = 16.0;  // over a whole run, for an error of 1
constexpr double kLargestError = 2.0;   // a factor of 7
constexpr double kLargestSum = 4.0;
constexpr double kStill = 0.98;  // density up to which nothing has begun

}  // namespace

DensityController::DensityController(const Settings& settings, int64_t step) : settings_(settings) {
  memory_[kLambda] = static_cast<float>(Lambda(step, 0.0));
}

void DensityController::Advance(int64_t step, double density) {
  if (!Begun(step, density)) {
    memory_[kLambda] = static_cast<float>(Lambda(step, 0.0));
    return;
  }
  const double begin = memory_[kBegin];
  const double length = std::max(1.0, static_cast<double>(CutStep()) - begin);
  const double progress = std::min(1.0, (static_cast<double>(step) - begin) / length);
  const double log_target =
      std::log(settings_.target) * (1.0 - (1.0 - progress) * (1.0 - progress));
  const double error = std::clamp(std::log(density) - log_target, -kLargestError, kLargestError);
  const double gain = kIntegralGain / static_cast<double>(settings_.schedule.total_steps);
  memory_[kIntegral] =
      static_cast<float>(std::clamp(memory_[kIntegral] + gain * error, -kLargestSum, kLargestSum));
  memory_[kLambda] = static_cast<float>(
      Lambda(step, (kProportionalFirst + kProportionalGrowth * progress) * error));
}

bool DensityController::Begun(int64_t step, double density) {
  if (memory_[kBegin] > 0.0F) return true;
  const SparsitySchedule& run = settings_.schedule;
  const double ramp = run.initial_warmup * static_cast<double>(run.warmup_steps);
  const double latest = ramp + (static_cast<double>(CutStep()) - ramp) / 3.0;
  if (density > kStill && static_cast<double>(step) < latest) return false;
  memory_[kBegin] = static_cast<float>(step);
  return true;
}

double DensityController::Lambda(int64_t step, double correction) const {
  const SparsitySchedule& schedule = settings_.schedule;
  return schedule.Threshold(step) / schedule.final * settings_.first_lambda *
         std::exp(correction + memory_[kIntegral]);
}

int64_t DensityController::CutStep() const {
  const SparsitySchedule& schedule = settings_.schedule;
  const double settle = schedule.final_warmup * static_cast<double>(schedule.warmup_steps);
  return schedule.total_steps - static_cast<int64_t>(settle);
}

void DensityController::RecordCut(double density) {
  if (memory_[kBeforeCut] == 0.0F) memory_[kBeforeCut] = static_cast<float>(density);
}

double FirstLambda(double natural_lambda, int64_t matrices, double score_learning_rate,
                   int64_t steps, double target) {
  const double reach = score_learning_rate * static_cast<double>(steps) / 2.0;
  return natural_lambda * static_cast<double>(matrices) / reach * std::sqrt(0.1 / target);
}

}  // namespace sparsweep::core
