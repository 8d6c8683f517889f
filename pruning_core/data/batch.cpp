#include "pruning_core/data/batch.h"

#include <algorithm>

#include "ATen/ops/full.h"
#include "ATen/ops/zeros.h"

namespace sparsweep::core {

Batch MakeBatch(const Dataset& dataset, std::span<const uint32_t> rows, int32_t pad_id) {
  size_t width = 0;
  for (const uint32_t row : rows) width = std::max(width, dataset.Ids(row).size());
  const auto count = static_cast<int64_t>(rows.size());
  const auto columns = static_cast<int64_t>(width);
  Batch batch{at::full({count, columns}, pad_id, at::kLong), at::zeros({count, columns}, at::kLong),
              at::zeros({count, columns}, at::kLong), at::zeros({count}, at::kLong)};
  auto* ids = batch.input_ids.data_ptr<int64_t>();
  auto* types = batch.token_type_ids.data_ptr<int64_t>();
  auto* mask = batch.attention_mask.data_ptr<int64_t>();
  auto* labels = batch.labels.data_ptr<int64_t>();
  for (const uint32_t row : rows) {
    const auto tokens = dataset.Ids(row);
    std::ranges::copy(tokens, ids);
    std::fill_n(mask, tokens.size(), 1);
    std::fill(types + dataset.SecondBegin(row), types + tokens.size(), 1);
    *labels++ = dataset.Label(row);
    ids += columns;
    types += columns;
    mask += columns;
  }
  return batch;
}

}  // namespace sparsweep::core
