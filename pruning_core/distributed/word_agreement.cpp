#include "pruning_core/distributed/word_agreement.h"

#include <ATen/ops/empty.h>
#include <xxhash.h>

#include <utility>

namespace sparsweep::core {
namespace {

// int64 (w, ~w) of each word.
at::Tensor Pairs(const std::vector<uint64_t>& words) {
  at::Tensor pairs = at::empty({2 * static_cast<int64_t>(words.size())}, at::kLong);
  auto* out = pairs.mutable_data_ptr<int64_t>();
  for (const uint64_t word : words) {
    *out++ = static_cast<int64_t>(word);
    *out++ = static_cast<int64_t>(~word);
  }
  return pairs;
}

// Of maxima that started as Pairs(): the first word whose largest is not its smallest.
std::optional<size_t> FirstDifference(const at::Tensor& pairs) {
  const auto* const values = pairs.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < pairs.numel(); i += 2) {
    if (values[i] != ~values[i + 1]) return static_cast<size_t>(i) / 2;
  }
  return std::nullopt;
}

}  // namespace

void WordAgreement::Start(std::vector<uint64_t> words) {
  words_ = std::move(words);
  pair_ = Pairs({XXH3_64bits(words_.data(), words_.size() * sizeof(uint64_t))});
  transfer_ = group_.StartMax(pair_);
}

std::optional<size_t> WordAgreement::Finish() {
  if (!transfer_) return std::nullopt;
  std::exchange(transfer_, nullptr)->Wait();
  if (!FirstDifference(pair_)) return std::nullopt;
  const at::Tensor all = Pairs(words_);
  group_.StartMax(all)->Wait();
  return FirstDifference(all);
}

}  // namespace sparsweep::core
