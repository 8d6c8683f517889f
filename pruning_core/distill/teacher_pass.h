// The teacher over all training examples.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "ATen/core/Tensor.h"
#include "pruning_core/data/dataset.h"
#include "pruning_core/distill/teacher_logits.h"
#include "pruning_core/models/bert_model.h"

namespace sparsweep::core {

// Examples in one forward pass of the teacher; part of what its logits' bits depend on.
inline constexpr uint32_t kTeacherBatch = 32;

// What a long computation is watched by.
struct PassObserver {
  std::function<void(int64_t done, int64_t total)>
      progress;  // examples: at first, after each batch
  std::function<bool()> stop_requested;
};

// Logits of every row, [layout.size()]: rows in batches by length, which depend on the data alone,
// padded to the longest of the batch or to `positions` where that is not 0. nullopt: asked to stop.
[[nodiscard]] std::optional<at::Tensor> RunTeacher(const BertModel& teacher, const Dataset& dataset,
                                                   int32_t pad_id, const LogitLayout& layout,
                                                   int64_t positions, const PassObserver& observer);

}  // namespace sparsweep::core
