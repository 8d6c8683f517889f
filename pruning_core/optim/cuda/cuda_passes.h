// The optimizer's passes on a GPU: the kernels of kernels/cuda and mask/cuda over a model's
// tensors.
#pragma once

#include <cuda_runtime_api.h>

#include <vector>

#include "pruning_core/kernels/cuda/device_array.h"
#include "pruning_core/kernels/cuda/device_update.h"
#include "pruning_core/mask/cuda/device_selection.h"
#include "pruning_core/optim/cuda/pinned_report.h"
#include "pruning_core/optim/device_passes.h"

namespace sparsweep::core {

// A step is five launches for update, about ten for selection and one or two for W' and the counts,
// however many matrices there are. On `stream`, on which the model's passes are queued too. Throws
// CudaError.
class CudaPasses final : public DevicePasses {
 public:
  CudaPasses(DeviceArrays arrays, cudaStream_t stream);

  void Update(const DeviceStep& step) override;
  void Select(const DeviceRule& rule, double v) override;
  void FillGates(GradientForm form, uint64_t seed, uint64_t draw) override;
  void Report() override;
  [[nodiscard]] DeviceFindings Find() override;
  [[nodiscard]] BitMask ReadMask(size_t matrix) override;

 private:
  [[nodiscard]] std::vector<int64_t> Sizes() const;
  [[nodiscard]] DeviceSelection MakeSelection() const;
  [[nodiscard]] std::vector<UpdatedArray> Arrays() const;  // without gradients and scalars
  void AddGradients(std::vector<UpdatedArray>& arrays);

  DeviceArrays arrays_;
  cudaStream_t stream_;
  std::vector<DeviceArray<uint32_t>> masks_;  // bits as in BitMask
  DeviceUpdate update_;
  // Of the scores, or of the weights where there are none.
  DeviceSelection selection_;
  PinnedReport report_;
  std::vector<at::Tensor> gradients_;  // of a step until its passes are queued
};

}  // namespace sparsweep::core
