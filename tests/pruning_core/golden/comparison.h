// Collects differences between computed and stored quantities.
#pragma once

#include <cstdint>
#include <string>

#include "ATen/core/Tensor.h"
#include "pruning_core/mask/bit_mask.h"

namespace sparsweep::core::golden {

class Comparison {
 public:
  // |ours - stored| <= tolerance · scale.
  void Number(const std::string& what, double ours, double stored, double tolerance, double scale);
  // Largest |ours - stored| <= tolerance.
  void Tensor(const std::string& what, const at::Tensor& ours, const at::Tensor& stored,
              double tolerance);
  // Scores: counts what lies beyond `tolerance` over the whole case and refuses what lies beyond
  // `most`.
  void Scores(const std::string& what, const at::Tensor& ours, const at::Tensor& stored,
              double tolerance, double most);
  // `stored`: U8, 0 or 1.
  void Mask(const std::string& what, const BitMask& ours, const at::Tensor& stored);
  void Count(const std::string& what, int64_t ours, int64_t stored);

  // Lines; refuses a case that compared nothing, and more than 0.2 % scores beyond their tolerance.
  [[nodiscard]] std::string Differences() const;

 private:
  void Differ(const std::string& line);

  std::string lines_;
  int64_t compared_ = 0;
  int64_t scores_ = 0;
  int64_t scores_beyond_ = 0;
};

}  // namespace sparsweep::core::golden
