#include "pruning_core/distill/teacher_logits.h"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

namespace sparsweep::core {

LogitLayout::LogitLayout(const Dataset& dataset, int64_t classes, int64_t positions)
    : spans_(dataset.kind() == TargetKind::kSpan), width_(spans_ ? 2 : classes) {
  for (uint32_t row = 0; row < dataset.size(); ++row) {
    const auto tokens = static_cast<int64_t>(dataset.Ids(row).size());
    const int64_t groups = !spans_ ? 1 : positions == 0 ? tokens : positions;
    offsets_.push_back(offsets_.back() + groups);
  }
}

TeacherLogits::TeacherLogits(LogitLayout layout, at::Tensor values)
    : layout_(std::move(layout)), values_(std::move(values)) {}

at::Tensor TeacherLogits::Of(std::span<const uint32_t> rows, int64_t positions) const {
  const int64_t groups = layout_.spans() ? positions : 1;
  const auto count = static_cast<int64_t>(rows.size());
  at::Tensor logits = at::zeros({count, groups, layout_.width()}, at::kFloat);
  auto* into = logits.mutable_data_ptr<float>();
  for (const uint32_t row : rows) {
    const int64_t size = std::min(layout_.Groups(row), groups) * layout_.width();
    std::copy_n(values_.const_data_ptr<float>() + layout_.Begin(row), size, into);
    into += groups * layout_.width();
  }
  return layout_.spans() ? logits : logits.squeeze(1);
}

}  // namespace sparsweep::core
