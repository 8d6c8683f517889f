// Mean exact match and F1 over the questions of a SQuAD file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pruning_core/data/span_features.h"
#include "pruning_core/eval/squad_metrics.h"

namespace sparsweep::core {

// Those of 2.0 where a question is impossible.
[[nodiscard]] SquadRules RulesOf(std::span<const SquadExample> examples);

class SquadScore {
 public:
  struct Group {
    uint64_t questions = 0;
    double exact_match = 0;  // sums
    double f1 = 0;
    // In [0, 1]; 0 of no questions.
    [[nodiscard]] double ExactMatch() const;
    [[nodiscard]] double F1() const;
  };

  explicit SquadScore(SquadRules rules) : rules_(rules) {}

  // `prediction`: nullopt for a question without one, which counts 0 under either version (the
  // v2.0 script would leave it out of the mean).
  void Add(std::optional<std::string_view> prediction, const SquadExample& example);

  [[nodiscard]] Group All() const;
  // Questions with and without a true answer in the file.
  [[nodiscard]] const Group& answerable() const { return answerable_; }
  [[nodiscard]] const Group& unanswerable() const { return unanswerable_; }

 private:
  SquadRules rules_;
  Group answerable_;
  Group unanswerable_;
};

}  // namespace sparsweep::core
