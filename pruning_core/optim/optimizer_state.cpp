// What PruningOptimizer saves, restores and reports.
#include <ATen/ops/from_blob.h>

#include "pruning_core/kernels/mask_hash.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/optim/pruning_optimizer.h"

namespace sparsweep::core {

std::vector<NamedTensor> PruningOptimizer::State() const {
  Settle();
  std::vector<NamedTensor> state;
  for (const std::vector<TrainedArray>* arrays : {&weights_, &scores_, &others_}) {
    for (const TrainedArray& array : *arrays) {
      state.push_back({"parameter/" + array.name, array.value.detach()});
      state.push_back({"moment1/" + array.name, array.first});
      state.push_back({"moment2/" + array.name, array.second});
    }
  }
  const std::span<float> memory = method_->memory();
  if (!memory.empty()) {
    const auto size = static_cast<int64_t>(memory.size());
    state.push_back({"method/memory", at::from_blob(memory.data(), {size}, at::kFloat)});
  }
  if (controller_) {
    const std::span<float> control = controller_->memory();
    const auto size = static_cast<int64_t>(control.size());
    state.push_back(
        {"density_controller/memory", at::from_blob(control.data(), {size}, at::kFloat)});
  }
  return state;
}

std::optional<TargetDensityReport> PruningOptimizer::target_density() const {
  if (!hyper_.target_density) return std::nullopt;
  TargetDensityReport report;
  report.asked = *hyper_.target_density;
  report.reached = density().mask_density;
  report.before_cut = controller_ && cuts() ? controller_->before_cut() : report.reached;
  return report;
}

void PruningOptimizer::Restore(int64_t steps_done) {
  steps_done_ = steps_done;
  Select();
  if (shadow_) shadow_->Publish();
}

DensityReport PruningOptimizer::density() const {
  Settle();
  DensityReport report;
  for (size_t m = 0; m < matrices_.size(); ++m) {
    report.ones += device_ ? device_->found.ones[m] : matrices_[m].mask.Ones();
    report.prunable += matrices_[m].mask.size();
  }
  if (report.prunable == 0) return report;
  const auto ones = static_cast<double>(report.ones);
  const auto prunable = static_cast<double>(report.prunable);
  const auto vectors = static_cast<double>(encoder_vectors_);
  report.mask_density = ones / prunable;
  report.remaining_weights = (ones + vectors) / (prunable + vectors);
  return report;
}

std::vector<uint64_t> PruningOptimizer::mask_hashes() const {
  Settle();
  if (device_) return device_->found.mask_hashes;
  std::vector<uint64_t> hashes(matrices_.size());
  ParallelFor(matrices_.size(), [&](size_t m) { hashes[m] = MaskHash(matrices_[m].mask.bytes()); });
  return hashes;
}

}  // namespace sparsweep::core
