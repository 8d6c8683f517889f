#include "pruning_core/eval/class_tally.h"

#include <algorithm>
#include <cmath>

namespace sparsweep::core {

void ClassTally::Add(int32_t prediction, int32_t label) {
  ++examples_;
  ++classes_[prediction].predicted;
  Counts& counts = classes_[label];
  ++counts.labeled;
  if (prediction == label) {
    ++counts.correct;
    ++correct_;
  }
}

double ClassTally::Accuracy() const {
  return examples_ == 0 ? 0 : static_cast<double>(correct_) / static_cast<double>(examples_);
}

// predicted + labeled = 2 tp + fp + fn, > 0 for a class that occurs.
double ClassTally::F1Of(const Counts& counts) {
  return 2 * static_cast<double>(counts.correct) /
         static_cast<double>(counts.predicted + counts.labeled);
}

double ClassTally::F1() const {
  const auto positive = classes_.find(1);
  return positive == classes_.end() ? 0 : F1Of(positive->second);
}

double ClassTally::MacroF1() const {
  double sum = 0;
  for (const auto& [number, counts] : classes_) sum += F1Of(counts);
  return classes_.empty() ? 0 : sum / static_cast<double>(classes_.size());
}

double ClassTally::Matthews() const {
  const auto all = static_cast<double>(examples_);
  double agreed = static_cast<double>(correct_) * all;
  double predicted = all * all;
  double labeled = all * all;
  for (const auto& [number, counts] : classes_) {
    const auto p = static_cast<double>(counts.predicted);
    const auto l = static_cast<double>(counts.labeled);
    agreed -= p * l;
    predicted -= p * p;
    labeled -= l * l;
  }
  if (predicted <= 0 || labeled <= 0) return 0;
  return std::clamp(agreed / std::sqrt(predicted * labeled), -1.0, 1.0);
}

double ClassTally::Named(std::string_view metric) const {
  if (metric == "f1") return F1();
  if (metric == "macro_f1") return MacroF1();
  if (metric == "matthews") return Matthews();
  return Accuracy();
}

}  // namespace sparsweep::core
