#include "pruning_core/verify/comparison.h"

#include <array>
#include <cmath>
#include <limits>

namespace sparsweep::core {
namespace {

constexpr std::array<std::string_view, 26> kNames = {"schedule step",
                                                     "v",
                                                     "lambda",
                                                     "threshold used",
                                                     "step ends",
                                                     "learning rate",
                                                     "score learning rate",
                                                     "task loss",
                                                     "distillation loss",
                                                     "regularizer",
                                                     "total loss",
                                                     "gradient norm",
                                                     "logits0",
                                                     "trained",
                                                     "grad0",
                                                     "masks",
                                                     "mask counts",
                                                     "mask density",
                                                     "noise",
                                                     "masked weights",
                                                     "weights",
                                                     "scores",
                                                     "eval threshold",
                                                     "eval masks",
                                                     "eval mask counts",
                                                     "eval logits"};
static_assert(kNames.size() == static_cast<size_t>(Quantity::kEvalLogits) + 1);

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Infinite as soon as one side is not finite, also where both are the same.
double Distance(double ours, double stored) {
  const double distance = std::abs(ours - stored);
  return std::isnan(distance) ? kInfinity : distance;
}

// How bad an error is: first by its ratio to the tolerance, then by itself.
bool Worse(double error, double tolerance, const Finding& than) {
  const auto ratio = [](double e, double t) {
    return e == 0.0 ? 0.0 : t > 0.0 ? e / t : kInfinity;
  };
  const double ours = ratio(error, tolerance);
  const double worst = ratio(than.error, than.tolerance);
  return ours > worst || (ours == worst && error > than.error);
}

}  // namespace

std::string_view QuantityName(Quantity quantity) { return kNames[static_cast<size_t>(quantity)]; }

bool Finding::within() const {
  const double allowed = allowed_beyond * static_cast<double>(compared);
  return !past_limit && static_cast<double>(beyond) <= allowed;
}

void Comparison::Add(Quantity quantity, const Place& place, double error, double tolerance,
                     double ours, double stored) {
  Finding& finding = findings_[quantity];
  finding.quantity = quantity;
  if (!std::isfinite(tolerance)) tolerance = 0.0;
  if (!(std::isfinite(error) && error <= tolerance)) ++finding.beyond;
  if (finding.compared == 0 || Worse(error, tolerance, finding)) {
    finding.error = error;
    finding.tolerance = tolerance;
    finding.ours = ours;
    finding.stored = stored;
    finding.place = place;
  }
  ++finding.compared;
}

void Comparison::Number(Quantity quantity, const Place& place, double ours, double stored,
                        double tolerance) {
  Add(quantity, place, Distance(ours, stored), tolerance, ours, stored);
}

void Comparison::Array(Quantity quantity, const Place& place, std::span<const float> ours,
                       std::span<const float> stored, double tolerance) {
  Place at = place;
  for (size_t i = 0; i < stored.size(); ++i) {
    at.element = static_cast<int64_t>(i);
    const auto left = static_cast<double>(ours[i]);
    const auto right = static_cast<double>(stored[i]);
    Add(quantity, at, Distance(left, right), tolerance, left, right);
  }
}

void Comparison::ArrayWithStrays(Quantity quantity, const Place& place, std::span<const float> ours,
                                 std::span<const float> stored, double tolerance, double share,
                                 double most) {
  Array(quantity, place, ours, stored, tolerance);
  Finding& finding = findings_[quantity];
  finding.allowed_beyond = share;
  for (size_t i = 0; i < stored.size(); ++i) {
    const double distance = Distance(static_cast<double>(ours[i]), static_cast<double>(stored[i]));
    if (distance > most) finding.past_limit = true;
  }
}

void Comparison::Bits(Quantity quantity, const Place& place, std::span<const uint8_t> ours,
                      std::span<const uint8_t> stored) {
  Place at = place;
  at.element = 0;
  int64_t differing = 0;
  for (size_t i = 0; i < stored.size(); ++i) {
    if (ours[i] == stored[i]) continue;
    if (differing++ == 0) at.element = static_cast<int64_t>(i);
  }
  const auto first = static_cast<size_t>(at.element);
  Add(quantity, at, static_cast<double>(differing), 0.0, static_cast<double>(ours[first]),
      static_cast<double>(stored[first]));
  Finding& finding = findings_[quantity];
  finding.compared += static_cast<int64_t>(stored.size()) - 1;
  if (differing > 1) finding.beyond += differing - 1;
}

std::vector<Finding> Comparison::findings() const {
  std::vector<Finding> all;
  for (const auto& [quantity, finding] : findings_) all.push_back(finding);
  return all;
}

}  // namespace sparsweep::core
