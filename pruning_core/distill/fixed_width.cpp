#include "pruning_core/distill/fixed_width.h"

#include <ATen/ops/constant_pad_nd.h>

namespace sparsweep::core {

Batch PadTo(Batch batch, int64_t positions, int32_t pad_id) {
  if (positions > 0) batch.padding_counts = true;
  const int64_t missing = positions - batch.input_ids.size(1);
  if (missing <= 0) return batch;
  batch.input_ids = at::constant_pad_nd(batch.input_ids, {0, missing}, pad_id);
  batch.token_type_ids = at::constant_pad_nd(batch.token_type_ids, {0, missing}, 0);
  batch.attention_mask = at::constant_pad_nd(batch.attention_mask, {0, missing}, 0);
  return batch;
}

}  // namespace sparsweep::core
