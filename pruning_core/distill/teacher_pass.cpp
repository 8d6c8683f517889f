#include "pruning_core/distill/teacher_pass.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "pruning_core/data/batch.h"
#include "pruning_core/data/batch_order.h"
#include "pruning_core/distill/fixed_width.h"

namespace sparsweep::core {

std::optional<at::Tensor> RunTeacher(const BertModel& teacher, const Dataset& dataset,
                                     int32_t pad_id, const LogitLayout& layout, int64_t positions,
                                     const PassObserver& observer) {
  at::Tensor values = at::empty({layout.size()}, at::kFloat);
  int64_t done = 0;
  for (const auto& rows : EvaluationBatches(dataset.Lengths(), kTeacherBatch)) {
    if (observer.stop_requested()) return std::nullopt;
    const Batch batch =
        OnDevice(PadTo(MakeBatch(dataset, rows, pad_id), positions, pad_id), teacher.device());
    const at::Tensor logits = teacher.InferLogits(batch).cpu().contiguous();
    const auto* from = logits.const_data_ptr<float>();
    const int64_t stride = logits.numel() / static_cast<int64_t>(rows.size());
    for (const uint32_t row : rows) {
      std::copy_n(from, layout.Groups(row) * layout.width(),
                  values.mutable_data_ptr<float>() + layout.Begin(row));
      from += stride;
    }
    done += static_cast<int64_t>(rows.size());
    observer.progress(done, layout.rows());
  }
  return values;
}

}  // namespace sparsweep::core
