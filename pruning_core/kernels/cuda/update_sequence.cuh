// The launches of one optimizer step, in order. `launch` as in selection_sequence.cuh.
#pragma once

#include "pruning_core/kernels/cuda/update_kernels.cuh"

namespace sparsweep::core {

// All that a step works on. Work of prunable matrices comes first.
struct UpdateTables {
  const UpdatedArray* arrays;
  const Work* work;
  WorkNorm* norms;  // one a piece of work
  StepControl* control;
  int32_t pruned_work;
  int32_t all_work;
};

template <GradientForm form, typename Launch>
void LaunchUpdate(const Launch& launch, const UpdateTables& t, const UpdateSettings& settings,
                  double max_norm) {
  const int32_t dense_work = t.all_work - t.pruned_work;
  const Work* const dense = t.work + t.pruned_work;
  launch(NormPass<form>, t.pruned_work, t.arrays, t.work, settings, t.norms, t.control);
  launch(NormPass<GradientForm::kDense>, dense_work, t.arrays, dense, settings,
         t.norms + t.pruned_work, t.control);
  launch(FinishNorm, 1, t.norms, t.all_work, max_norm, t.control);
  launch(UpdatePass<form>, t.pruned_work, t.arrays, t.work, settings, t.control);
  launch(UpdatePass<GradientForm::kDense>, dense_work, t.arrays, dense, settings, t.control);
}

}  // namespace sparsweep::core
