#include "pruning_core/data/batch_order.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "pruning_core/kernels/counter_stream.h"

namespace sparsweep::core {
namespace {

enum Purpose : uint64_t { kExamples = 0x6578616D, kBatches = 0x62617463 };

// Fisher-Yates, draw i from the stream's element i.
void Shuffle(const CounterStream& stream, std::vector<uint32_t>& items) {
  for (auto i = static_cast<uint32_t>(items.size()); i > 1; --i) {
    std::swap(items[i - 1], items[stream.Below(i, i)]);
  }
}

}  // namespace

BatchOrder::BatchOrder(std::vector<uint32_t> lengths, uint32_t batch, uint64_t seed)
    : lengths_(std::move(lengths)),
      batch_(batch),
      seed_(seed),
      batches_per_pass_((lengths_.size() + batch - 1) / batch) {}

std::span<const uint32_t> BatchOrder::At(uint64_t step) {
  const uint64_t pass = step / batches_per_pass_;
  if (pass_ != pass) Arrange(pass);
  const size_t begin = size_t{order_[step % batches_per_pass_]} * batch_;
  return std::span(rows_).subspan(begin, std::min<size_t>(batch_, rows_.size() - begin));
}

void BatchOrder::Arrange(uint64_t pass) {
  rows_.resize(lengths_.size());
  std::iota(rows_.begin(), rows_.end(), 0u);
  Shuffle(CounterStream(seed_, kExamples, pass), rows_);
  const size_t window = size_t{kWindow} * batch_;
  for (size_t begin = 0; begin < rows_.size(); begin += window) {
    const auto first = rows_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = first + static_cast<std::ptrdiff_t>(std::min(window, rows_.size() - begin));
    std::stable_sort(first, last,
                     [this](uint32_t a, uint32_t b) { return lengths_[a] < lengths_[b]; });
  }
  order_.resize(batches_per_pass_);
  std::iota(order_.begin(), order_.end(), 0u);
  Shuffle(CounterStream(seed_, kBatches, pass), order_);
  pass_ = pass;
}

std::vector<std::vector<uint32_t>> EvaluationBatches(std::span<const uint32_t> lengths,
                                                     uint32_t batch) {
  std::vector<uint32_t> rows(lengths.size());
  std::iota(rows.begin(), rows.end(), 0u);
  std::ranges::stable_sort(rows, {}, [&](uint32_t row) { return lengths[row]; });
  std::vector<std::vector<uint32_t>> batches;
  for (size_t begin = 0; begin < rows.size(); begin += batch) {
    const auto part = std::span(rows).subspan(begin, std::min<size_t>(batch, rows.size() - begin));
    batches.emplace_back(part.begin(), part.end());
  }
  return batches;
}

}  // namespace sparsweep::core
