// Rows taken out of an array and put back where they were.
#pragma once

#include <cstdint>
#include <span>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// Distinct rows of an array [m, W]. Both directions, and so the backward passes too, only read
// where they are told to: nothing is added up, and the bits are the same on every device.
class RowSubset {
 public:
  RowSubset() = default;  // to be assigned to
  // Row i of the subset is row rows[i] of `of`.
  RowSubset(std::span<const int64_t> rows, int64_t of, at::Device device);

  // [m, W] → [n, W], differentiable.
  [[nodiscard]] at::Tensor Take(const at::Tensor& array) const;
  // [n, W] → [m, W], 0 in the rows that are not of the subset; differentiable.
  [[nodiscard]] at::Tensor Put(const at::Tensor& subset) const;

  [[nodiscard]] const at::Tensor& rows() const { return rows_; }      // int64 [n]
  [[nodiscard]] const at::Tensor& absent() const { return absent_; }  // bool [m, 1]: not of it

 private:
  at::Tensor rows_;
  at::Tensor places_;  // int64 [m]: where a row is in the subset, 0 where it is not
  at::Tensor absent_;
};

}  // namespace sparsweep::core
