// Compares computed with stored quantities and remembers, of each quantity, the worst place. No
// torch.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::core {

enum class Quantity {
  kScheduleStep,
  kThreshold,
  kLambda,
  kThresholdUsed,
  kStepEnds,
  kLearningRate,
  kScoreLearningRate,
  kTaskLoss,
  kDistillationLoss,
  kRegularizer,
  kTotalLoss,
  kGradientNorm,
  kFirstLogits,
  kTrained,
  kFirstGradients,
  kMasks,
  kMaskCounts,
  kMaskDensity,
  kNoise,
  kMaskedWeights,
  kWeights,
  kScores,
  kEvalThreshold,
  kEvalMasks,
  kEvalMaskCounts,
  kEvalLogits,
};
[[nodiscard]] std::string_view QuantityName(Quantity quantity);

// -1 and empty where it does not apply.
struct Place {
  int64_t forward = -1;
  int64_t step = -1;  // optimizer steps done before it
  std::string tensor = {};
  int64_t element = -1;  // flat, row-major
};

// What one quantity came to.
struct Finding {
  Quantity quantity = Quantity::kThreshold;
  int64_t compared = 0;  // numbers
  double error = 0;      // of the worst place, the one with the largest error / tolerance
  double tolerance = 0;  // there
  double ours = 0, stored = 0;
  Place place;
  int64_t beyond = 0;         // numbers beyond their tolerance
  double allowed_beyond = 0;  // the share of them that may be
  bool past_limit = false;    // one is beyond what even those may reach
  [[nodiscard]] bool within() const;
};

class Comparison {
 public:
  // |ours - stored| <= tolerance. What is not finite is beyond any tolerance, and a tolerance that
  // is not finite allows nothing.
  void Number(Quantity quantity, const Place& place, double ours, double stored, double tolerance);
  // The same for each element; both of one size.
  void Array(Quantity quantity, const Place& place, std::span<const float> ours,
             std::span<const float> stored, double tolerance);
  // Of all elements given here together, `share` may pass the tolerance, but none may pass `most`.
  void ArrayWithStrays(Quantity quantity, const Place& place, std::span<const float> ours,
                       std::span<const float> stored, double tolerance, double share, double most);
  // Equal bits; the error is the number of them that differ, at the first of them.
  void Bits(Quantity quantity, const Place& place, std::span<const uint8_t> ours,
            std::span<const uint8_t> stored);

  // In the order of Quantity; what was never compared is left out.
  [[nodiscard]] std::vector<Finding> findings() const;

 private:
  void Add(Quantity quantity, const Place& place, double error, double tolerance, double ours,
           double stored);

  std::map<Quantity, Finding> findings_;
};

}  // namespace sparsweep::core
