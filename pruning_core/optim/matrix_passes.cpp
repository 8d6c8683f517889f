#include "pruning_core/optim/matrix_passes.h"

#include <ATen/ops/zeros_like.h>

#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/optim/gradient_chunks.h"

namespace sparsweep::core {
namespace {

std::span<const float> FlatValues(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  return {tensor.const_data_ptr<float>(), static_cast<size_t>(tensor.numel())};
}

void Add(const float* terms, int64_t size, float* sums) {
  for (int64_t i = 0; i < size; ++i) sums[i] += terms[i];
}

}  // namespace

std::vector<MatrixView> ViewsOf(std::span<const PrunedMatrix> matrices) {
  std::vector<MatrixView> views;
  views.reserve(matrices.size());
  for (const PrunedMatrix& matrix : matrices) {
    views.push_back({matrix.name, FlatValues(matrix.weight), FlatValues(matrix.score)});
  }
  return views;
}

void FillWorking(const PruningMethod& method, WeightsFor use, std::span<PrunedMatrix> matrices) {
  ParallelFor(matrices.size(), [&](size_t m) {
    const PrunedMatrix& matrix = matrices[m];
    const MatrixSlice all = SliceOf(matrix, nullptr, 0, matrix.weight.numel());
    auto* const working = matrix.working.mutable_data_ptr<float>();
    if (use == WeightsFor::kTraining) {
      method.Working(all, working);
    } else {
      method.EvaluationWorking(all, working);
    }
  });
}

void FoldGradients(const PruningMethod& method, std::span<PrunedMatrix> matrices) {
  ParallelFor(matrices.size(), [&](size_t m) {
    PrunedMatrix& matrix = matrices[m];
    if (!matrix.working.grad().defined()) return;
    const at::Tensor upstream = matrix.working.grad().contiguous();
    if (!matrix.weight_gradient.defined()) {
      matrix.weight_gradient = at::zeros_like(matrix.weight);
      matrix.score_gradient = at::zeros_like(matrix.score);
    }
    auto* const weight_sums = matrix.weight_gradient.mutable_data_ptr<float>();
    auto* const score_sums = matrix.score_gradient.mutable_data_ptr<float>();
    ForEachGradientChunk(method, matrix, upstream.const_data_ptr<float>(), 0.0F,
                         [&](int64_t begin, int64_t size, const float* gw, const float* gs) {
                           Add(gw, size, weight_sums + begin);
                           Add(gs, size, score_sums + begin);
                         });
    matrix.working.mutable_grad().reset();
  });
}

}  // namespace sparsweep::core
