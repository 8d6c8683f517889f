#include "pruning_core/models/packed_tokens.h"

#include <ATen/ops/zeros.h>

#include <numeric>
#include <span>

namespace sparsweep::core {
namespace {

constexpr double kPaddingScore = -10000.0;

}  // namespace

PackedTokens::PackedTokens(const Batch& batch)
    : width_(batch.input_ids.size(1)),
      lengths_(batch.lengths.empty() ? TokensOfEach(batch.attention_mask) : batch.lengths),
      offsets_(lengths_.size() + 1, 0) {
  std::partial_sum(lengths_.begin(), lengths_.end(), offsets_.begin() + 1);
  if (!padded()) return;
  std::vector<int64_t> places;
  places.reserve(static_cast<size_t>(count()));
  for (size_t i = 0; i < lengths_.size(); ++i) {
    for (int64_t token = 0; token < lengths_[i]; ++token) {
      places.push_back(static_cast<int64_t>(i) * width_ + token);
    }
  }
  const at::Device device = batch.input_ids.device();
  tokens_ = RowSubset(places, examples() * width_, device);
  padding_scores_ =
      at::zeros({examples(), 1, 1, width_}, at::TensorOptions(at::kFloat).device(device))
          .masked_fill_(tokens_.absent().view({examples(), 1, 1, width_}), kPaddingScore);
}

std::vector<int64_t> PackedTokens::Offsets(int64_t rows) const {
  if (AreTokens(rows)) return offsets_;
  std::vector<int64_t> offsets(offsets_.size());
  for (size_t i = 0; i < offsets.size(); ++i) {
    offsets[i] = static_cast<int64_t>(i) * (rows / examples());
  }
  return offsets;
}

at::Tensor PackedTokens::Pack(const at::Tensor& rows) const {
  return padded() && rows.size(0) != count() ? tokens_.Take(rows) : rows;
}

at::Tensor PackedTokens::ByExample(const at::Tensor& rows) const {
  const at::Tensor all = AreTokens(rows.size(0)) ? tokens_.Put(rows) : rows;
  return all.view({examples(), all.size(0) / examples(), all.size(1)});
}

at::Tensor PackedTokens::FromExamples(const at::Tensor& by_example, int64_t rows) const {
  const at::Tensor all = by_example.flatten(0, 1);
  return AreTokens(rows) ? tokens_.Take(all) : all;
}

at::Tensor PackedTokens::First(const at::Tensor& rows) const {
  if (!AreTokens(rows.size(0))) return ByExample(rows).select(1, 0);
  const auto firsts = std::span(offsets_).first(lengths_.size());
  return RowSubset(firsts, count(), rows.device()).Take(rows);
}

}  // namespace sparsweep::core
