#include "pruning_core/train/run_report.h"

#include <string>
#include <utility>

#include "pruning_core/train/histogram.h"

namespace sparsweep::core {
namespace {

contract::Histogram HistogramOf(const std::string& name, const char* kind, const at::Tensor& of) {
  const at::Tensor values = of.cpu();
  ValueHistogram histogram =
      MakeHistogram({values.const_data_ptr<float>(), static_cast<size_t>(values.numel())});
  return {.name = name,
          .kind = kind,
          .low = histogram.low,
          .high = histogram.high,
          .counts = std::move(histogram.counts)};
}

}  // namespace

contract::Density DensityNow(const PruningOptimizer& optimizer) {
  const DensityReport report = optimizer.density();
  contract::Density density{.overall = report.mask_density,
                            .remaining_weights = report.remaining_weights,
                            .matrices = {}};
  for (const PrunedMatrix& matrix : optimizer.matrices()) {
    density.matrices[matrix.name] = matrix.mask.Ones();
  }
  return density;
}

contract::Density DensityOf(const std::vector<contract::MaskMatrix>& masks,
                            int64_t encoder_vectors) {
  contract::Density density;
  int64_t ones = 0;
  int64_t prunable = 0;
  for (const contract::MaskMatrix& mask : masks) {
    density.matrices[mask.name] = mask.Ones();
    ones += mask.Ones();
    prunable += mask.numel();
  }
  const auto share = [](int64_t part, int64_t whole) {
    return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  density.overall = share(ones, prunable);
  density.remaining_weights = share(ones + encoder_vectors, prunable + encoder_vectors);
  return density;
}

void ReportHistograms(const std::vector<PrunedMatrix>& matrices,
                      const std::function<void(contract::EventBody)>& emit) {
  for (const PrunedMatrix& matrix : matrices) {
    emit(HistogramOf(matrix.name, "weight", matrix.weight));
    if (matrix.score.defined()) emit(HistogramOf(matrix.name, "score", matrix.score));
  }
}

}  // namespace sparsweep::core
