#include "pruning_core/optim/density_controller.h"

#include <algorithm>
#include <cmath>

namespace sparsweep::core {
namespace {

constexpr double kProportional = 1.5;
constexpr double kIntegralGain = 6.0;  // over a whole run, for an error of 1
constexpr double kLargestError = 2.0;  // a factor of 7
constexpr double kLargestSum = 4.0;

}  // namespace

DensityController::DensityController(const Settings& settings, int64_t step)
    : settings_(settings), target_(settings.schedule) {
  target_.initial = 1.0;
  target_.final = settings.target;
  memory_[kLambda] = static_cast<float>(Lambda(step, 0.0));
}

void DensityController::Advance(int64_t step, double density) {
  const double error =
      std::clamp(std::log(density / target_.Threshold(step)), -kLargestError, kLargestError);
  const double gain = kIntegralGain / static_cast<double>(target_.total_steps);
  memory_[kIntegral] =
      static_cast<float>(std::clamp(memory_[kIntegral] + gain * error, -kLargestSum, kLargestSum));
  memory_[kLambda] = static_cast<float>(Lambda(step, error));
}

double DensityController::Lambda(int64_t step, double error) const {
  const SparsitySchedule& schedule = settings_.schedule;
  return schedule.Threshold(step) / schedule.final * settings_.first_lambda *
         std::exp(kProportional * error + memory_[kIntegral]);
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
