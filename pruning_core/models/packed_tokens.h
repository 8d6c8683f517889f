// Where the tokens of a batch are when its padding is left out.
#pragma once

#include <cstdint>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/models/row_subset.h"

namespace sparsweep::core {

// The batch's B · S places, one example's after the other's, and of these the T that are tokens.
// Arrays have a row for each place [B · S, W], for each token [T, W], or, of each example, for its
// first tokens only [B · n, W]; which of them the number of rows says. Made once a batch, used with
// it by one thread.
class PackedTokens {
 public:
  // On the batch's device. Throws std::invalid_argument where an example has no token or a token
  // stands behind padding.
  explicit PackedTokens(const Batch& batch);

  [[nodiscard]] int64_t examples() const { return static_cast<int64_t>(lengths_.size()); }  // B
  [[nodiscard]] int64_t width() const { return width_; }                                    // S
  [[nodiscard]] int64_t count() const { return offsets_.back(); }                           // T
  [[nodiscard]] bool padded() const { return count() != examples() * width_; }
  // [B] tokens of each example, and [B + 1] where they begin among the tokens.
  [[nodiscard]] const std::vector<int64_t>& lengths() const { return lengths_; }
  [[nodiscard]] const std::vector<int64_t>& offsets() const { return offsets_; }
  // Whether an array with as many rows has one for each token, and not for each place.
  [[nodiscard]] bool AreTokens(int64_t rows) const { return padded() && rows == count(); }
  // [B + 1]: example i has the rows from [i] up to [i + 1] of such an array.
  [[nodiscard]] std::vector<int64_t> Offsets(int64_t rows) const;
  // int64 [T]: the tokens' places, and what is added to attention scores [B, 1, 1, S], 0 on tokens
  // and -10000 on padding; both undefined where nothing is padded.
  [[nodiscard]] const at::Tensor& places() const { return tokens_.rows(); }
  [[nodiscard]] const at::Tensor& padding_scores() const { return padding_scores_; }

  // Differentiable. Places or tokens → [T, W].
  [[nodiscard]] at::Tensor Pack(const at::Tensor& rows) const;
  // Any array → [B, S or n, W], 0 on the padding of tokens; places keep what is there.
  [[nodiscard]] at::Tensor ByExample(const at::Tensor& rows) const;
  // What ByExample() gave of an array with as many rows → that array.
  [[nodiscard]] at::Tensor FromExamples(const at::Tensor& by_example, int64_t rows) const;
  // Places or tokens → [B, W], the first of each example.
  [[nodiscard]] at::Tensor First(const at::Tensor& rows) const;

 private:
  int64_t width_;
  std::vector<int64_t> lengths_;  // [B]
  std::vector<int64_t> offsets_;  // [B + 1], of the tokens
  RowSubset tokens_;              // of the places; nothing where nothing is padded
  at::Tensor padding_scores_;
};

}  // namespace sparsweep::core
