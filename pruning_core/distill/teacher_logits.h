// What the teacher says to each training example.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/data/dataset.h"

namespace sparsweep::core {

// How many logits a row has, and where they stand behind each other.
class LogitLayout {
 public:
  // Of `classes` for each row of a classification. Of a span task 2 for each token of the row, or
  // for each of `positions` where that is not 0.
  LogitLayout(const Dataset& dataset, int64_t classes, int64_t positions);

  [[nodiscard]] int64_t rows() const { return static_cast<int64_t>(offsets_.size()) - 1; }
  [[nodiscard]] int64_t width() const { return width_; }  // classes, or 2
  [[nodiscard]] bool spans() const { return spans_; }
  // Groups of `width` logits: 1, or the row's positions.
  [[nodiscard]] int64_t Groups(uint32_t row) const { return offsets_[row + 1] - offsets_[row]; }
  // In floats, from the first row's first.
  [[nodiscard]] int64_t Begin(uint32_t row) const { return offsets_[row] * width_; }
  [[nodiscard]] int64_t size() const { return offsets_.back() * width_; }

 private:
  bool spans_;
  int64_t width_;
  std::vector<int64_t> offsets_{0};  // in groups
};

// Immutable; one thread.
class TeacherLogits {
 public:
  // `values`: fp32 [layout.size()].
  TeacherLogits(LogitLayout layout, at::Tensor values);

  // [B, C], or [B, positions, 2] with 0 where a row has fewer positions.
  [[nodiscard]] at::Tensor Of(std::span<const uint32_t> rows, int64_t positions) const;
  [[nodiscard]] const at::Tensor& values() const { return values_; }

 private:
  LogitLayout layout_;
  at::Tensor values_;
};

}  // namespace sparsweep::core
