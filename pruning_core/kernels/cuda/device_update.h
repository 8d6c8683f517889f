// The optimizer's passes over all arrays of a model on a GPU: norm, clipping, AdamW, in five
// launches however many arrays there are.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pruning_core/kernels/cuda/device_array.h"
#include "pruning_core/kernels/cuda/update_types.h"
#include "pruning_core/kernels/cuda/work_list.h"
#include "pruning_core/kernels/gradient_element.h"

namespace sparsweep::core {

// Made once per run for arrays of fixed sizes; the first `matrices` of them are prunable and of one
// form in each step, the rest (biases, LayerNorm, head) are dense. Everything is queued on the
// stream and waits for nothing; the host reads Control() one step later. Sums have a fixed order:
// equal inputs give equal bits. Throws CudaError.
class DeviceUpdate {
 public:
  DeviceUpdate(std::span<const int64_t> sizes, size_t matrices);

  // One optimizer step: `arrays` as of this step (gradients, scalars), in the order of `sizes`.
  // `max_norm` 0: no clipping. Where a gradient, value or score is not finite nothing changes.
  void Step(GradientForm form, std::span<const UpdatedArray> arrays, const UpdateSettings& settings,
            double max_norm, cudaStream_t stream);

  // W' of the matrices for L0, whose masks alone do not give it: a form of gates; working[m] is
  // device memory. `arrays` as for Step(); their gradients are not read.
  void FillWorking(GradientForm form, std::span<const UpdatedArray> arrays,
                   std::span<float* const> working, const UpdateSettings& settings,
                   cudaStream_t stream);

  // What the last Step() found. Waits for the stream.
  [[nodiscard]] StepControl Control(cudaStream_t stream) const;
  // The same in device memory, for a copy that waits for nothing.
  [[nodiscard]] const StepControl* control() const { return control_.data(); }

 private:
  template <GradientForm form>
  void Launch(const UpdateSettings& settings, double max_norm, cudaStream_t stream);

  int32_t pruned_work_ = 0;  // the first pieces, those of the matrices
  DeviceArray<Work> work_;
  DeviceArray<WorkNorm> norms_;
  DeviceArray<UpdatedArray> arrays_;
  DeviceArray<float*> working_;
  DeviceArray<StepControl> control_;
};

}  // namespace sparsweep::core
