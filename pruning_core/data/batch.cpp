#include "pruning_core/data/batch.h"

#include <algorithm>
#include <stdexcept>

#include "ATen/ops/empty.h"
#include "ATen/ops/full.h"
#include "ATen/ops/zeros.h"

namespace sparsweep::core {
namespace {

// [B] of what `target` gives for each row.
template <typename T, typename Target>
at::Tensor Targets(std::span<const uint32_t> rows, at::ScalarType type, const Target& target) {
  at::Tensor tensor = at::empty({static_cast<int64_t>(rows.size())}, type);
  std::ranges::transform(rows, tensor.data_ptr<T>(),
                         [&](uint32_t row) { return static_cast<T>(target(row)); });
  return tensor;
}

void SetTargets(const Dataset& dataset, Batch& batch) {
  switch (dataset.kind()) {
    case TargetKind::kLabel:
      batch.labels =
          Targets<int64_t>(batch.rows, at::kLong, [&](uint32_t row) { return dataset.Label(row); });
      break;
    case TargetKind::kValue:
      batch.labels =
          Targets<float>(batch.rows, at::kFloat, [&](uint32_t row) { return dataset.Value(row); });
      break;
    case TargetKind::kSpan:
      batch.start_positions = Targets<int64_t>(
          batch.rows, at::kLong, [&](uint32_t row) { return dataset.Span(row).start; });
      batch.end_positions = Targets<int64_t>(batch.rows, at::kLong,
                                             [&](uint32_t row) { return dataset.Span(row).end; });
      break;
  }
}

}  // namespace

std::vector<int64_t> TokensOfEach(const at::Tensor& attention_mask) {
  std::vector<int64_t> lengths;
  const at::Tensor words = attention_mask.to(at::kCPU, at::kLong).contiguous();
  const auto columns = static_cast<size_t>(words.size(1));
  const auto* mask = words.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < words.size(0); ++i, mask += columns) {
    const std::span own(mask, columns);
    const auto padding = std::ranges::find(own, 0);
    if (padding == own.begin() ||
        std::any_of(padding, own.end(), [](int64_t m) { return m != 0; })) {
      throw std::invalid_argument("each example needs a token, and padding only behind its tokens");
    }
    lengths.push_back(padding - own.begin());
  }
  return lengths;
}

Batch MakeBatch(const Dataset& dataset, std::span<const uint32_t> rows, int32_t pad_id) {
  size_t width = 0;
  for (const uint32_t row : rows) width = std::max(width, dataset.Ids(row).size());
  const auto count = static_cast<int64_t>(rows.size());
  const auto columns = static_cast<int64_t>(width);
  Batch batch{at::full({count, columns}, pad_id, at::kLong), at::zeros({count, columns}, at::kLong),
              at::zeros({count, columns}, at::kLong)};
  auto* ids = batch.input_ids.data_ptr<int64_t>();
  auto* types = batch.token_type_ids.data_ptr<int64_t>();
  auto* mask = batch.attention_mask.data_ptr<int64_t>();
  for (const uint32_t row : rows) {
    const auto tokens = dataset.Ids(row);
    std::ranges::copy(tokens, ids);
    std::fill_n(mask, tokens.size(), 1);
    std::fill(types + dataset.SecondBegin(row), types + tokens.size(), 1);
    batch.lengths.push_back(static_cast<int64_t>(tokens.size()));
    ids += columns;
    types += columns;
    mask += columns;
  }
  batch.rows.assign(rows.begin(), rows.end());
  batch.padding_counts = false;
  SetTargets(dataset, batch);
  return batch;
}

Batch OnDevice(Batch batch, at::Device device) {
  if (device.is_cpu()) return batch;
  if (batch.lengths.empty()) batch.lengths = TokensOfEach(batch.attention_mask);
  for (at::Tensor* tensor : {&batch.input_ids, &batch.token_type_ids, &batch.attention_mask,
                             &batch.labels, &batch.start_positions, &batch.end_positions}) {
    if (!tensor->defined()) continue;
    // The host goes on: CUDA has taken what it copies from pageable memory when this returns.
    *tensor = tensor->to(device, tensor->scalar_type(), /*non_blocking=*/true);
  }
  return batch;
}

}  // namespace sparsweep::core
