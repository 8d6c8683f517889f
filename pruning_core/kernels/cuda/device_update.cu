#include "pruning_core/kernels/cuda/device_update.h"
#include "pruning_core/kernels/cuda/stream_launcher.cuh"
#include "pruning_core/kernels/cuda/update_sequence.cuh"

namespace sparsweep::core {

DeviceUpdate::DeviceUpdate(std::span<const int64_t> sizes, size_t matrices)
    : arrays_(sizes.size()), working_(matrices) {
  const std::vector<Work> work = CutIntoWork(sizes);
  for (const Work& piece : work) {
    if (static_cast<size_t>(piece.array) < matrices) ++pruned_work_;
  }
  work_ = DeviceArray<Work>(std::span(work));
  norms_ = DeviceArray<WorkNorm>(work.size());
  const StepControl fresh;  // nothing was found yet
  control_ = DeviceArray<StepControl>(std::span(&fresh, 1));
}

template <GradientForm form>
void DeviceUpdate::Launch(const UpdateSettings& settings, double max_norm, cudaStream_t stream) {
  const UpdateTables tables{arrays_.data(),  work_.data(), norms_.data(),
                            control_.data(), pruned_work_, static_cast<int32_t>(work_.size())};
  LaunchUpdate<form>(StreamLauncher{stream}, tables, settings, max_norm);
}

void DeviceUpdate::Step(GradientForm form, std::span<const UpdatedArray> arrays,
                        const UpdateSettings& settings, double max_norm, cudaStream_t stream) {
  const StepControl fresh;
  arrays_.Write(arrays, stream);
  control_.Write(std::span(&fresh, 1), stream);
  switch (form) {
    case GradientForm::kDense:
      return Launch<GradientForm::kDense>(settings, max_norm, stream);
    case GradientForm::kMasked:
      return Launch<GradientForm::kMasked>(settings, max_norm, stream);
    case GradientForm::kMovement:
      return Launch<GradientForm::kMovement>(settings, max_norm, stream);
    case GradientForm::kSampledGates:
      return Launch<GradientForm::kSampledGates>(settings, max_norm, stream);
    case GradientForm::kKeptGates:
      return Launch<GradientForm::kKeptGates>(settings, max_norm, stream);
    case GradientForm::kEvaluatedGates:
      break;  // nothing is trained in it
  }
}

void DeviceUpdate::FillWorking(GradientForm form, std::span<const UpdatedArray> arrays,
                               std::span<float* const> working, const UpdateSettings& settings,
                               cudaStream_t stream) {
  const StreamLauncher launch{stream};
  arrays_.Write(arrays, stream);
  working_.Write(working, stream);
  const auto fill = [&](auto kernel) {
    launch(kernel, pruned_work_, arrays_.data(), working_.data(), work_.data(), settings);
  };
  if (form == GradientForm::kSampledGates) {
    fill(WorkingPass<GradientForm::kSampledGates>);
  } else if (form == GradientForm::kKeptGates) {
    fill(WorkingPass<GradientForm::kKeptGates>);
  } else {
    fill(WorkingPass<GradientForm::kEvaluatedGates>);
  }
}

StepControl DeviceUpdate::Control(cudaStream_t stream) const { return control_.Read(stream)[0]; }

}  // namespace sparsweep::core
