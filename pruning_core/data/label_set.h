// The labels of a classification task and their class numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pruning_core/data/table_reader.h"

namespace sparsweep::core {

// Immutable. Class number = position.
class LabelSet {
 public:
  // No labels: what a regression and a span task have.
  LabelSet() = default;
  // Takes the spec's list in its order. Throws UserError (BAD_LABELS) for fewer than two or for
  // doubles.
  [[nodiscard]] static LabelSet FromList(std::vector<std::string> labels);
  // The different labels of the training examples: by value when all are integers, else by their
  // bytes. Throws UserError (BAD_LABELS) for fewer than two.
  [[nodiscard]] static LabelSet FromExamples(const std::vector<RawExample>& examples);

  // Throws UserError (LABEL_NOT_IN_LIST) with file, line, the value and the nearest label.
  [[nodiscard]] int32_t ClassOf(const RawExample& example, std::string_view path,
                                std::string_view field) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] size_t size() const { return names_.size(); }

 private:
  explicit LabelSet(std::vector<std::string> names);

  std::vector<std::string> names_;
  std::unordered_map<std::string, int32_t> classes_;
};

}  // namespace sparsweep::core
