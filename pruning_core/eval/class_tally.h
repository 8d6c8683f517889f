// Scores of a classifier from counts alone.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

namespace sparsweep::core {

// Counts over examples in any order; memory grows with the classes, not with the examples. All
// scores are those of scikit-learn on the same pairs and 0 before the first example, where
// scikit-learn refuses.
class ClassTally {
 public:
  void Add(int32_t prediction, int32_t label);

  [[nodiscard]] uint64_t examples() const { return examples_; }
  // In [0, 1].
  [[nodiscard]] double Accuracy() const;
  // Of class 1 against all others, in [0, 1]: 2 tp / (2 tp + fp + fn), 0 when class 1 occurs
  // neither as label nor as prediction.
  [[nodiscard]] double F1() const;
  // Mean F1 over the classes that occur as label or prediction, in [0, 1].
  [[nodiscard]] double MacroF1() const;
  // Gorodkin's R_K, for two classes Matthews' phi, in [-1, 1]; 0 when all labels or all predictions
  // are of one class.
  [[nodiscard]] double Matthews() const;

  // By a metric event's name: accuracy, f1, macro_f1 or matthews.
  [[nodiscard]] double Named(std::string_view metric) const;

 private:
  struct Counts {
    uint64_t correct = 0;
    uint64_t predicted = 0;
    uint64_t labeled = 0;
  };
  static double F1Of(const Counts& counts);

  std::map<int32_t, Counts> classes_;
  uint64_t examples_ = 0;
  uint64_t correct_ = 0;
};

}  // namespace sparsweep::core
