// Selections over all matrices of a model on a GPU: the same bits as mask/selection.h.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pruning_core/kernels/cuda/device_array.h"
#include "pruning_core/mask/cuda/selection_types.h"
#include "pruning_core/mask/rank_key.h"

namespace sparsweep::core {

// Made once per run: its tables (1 MB for BERT-base) stay on the device. Every selection writes
// each matrix's mask and, where `working` is given, W' = M ⊙ W; it is queued on the stream and
// waits for nothing. Values that are not finite leave all masks as they are; FirstNotFinite()
// tells, one step later if one likes. One stream at a time. Throws CudaError.
class DeviceSelection {
 public:
  // Pointers must stay valid; every size > 0.
  explicit DeviceSelection(std::span<const RankedMatrix> matrices);

  // Of each matrix the keeps[m] first ones, 0 <= keeps[m] <= size.
  void KeepLargest(RankBy by, std::span<const int64_t> keeps, cudaStream_t stream);
  // Over all matrices together `keep`, of each at least floors[m]; keep >= the sum of the floors.
  void KeepLargestOverall(RankBy by, int64_t keep, std::span<const int64_t> floors,
                          cudaStream_t stream);
  // value > threshold; matrices with fewer than floors[m] keep their floors[m] largest.
  void KeepAbove(float threshold, std::span<const int64_t> floors, cudaStream_t stream);

  // Queues the count of what each matrix's mask keeps and its MaskHash(), whoever wrote it. The
  // results stand in device memory until the next selection: both by matrix, and the first matrix
  // that was not finite or SelectionTables::kNone.
  void CountAndHash(cudaStream_t stream);
  [[nodiscard]] const uint32_t* ones() const { return ones_.data(); }
  [[nodiscard]] const unsigned long long* hashes() const { return hashes_.data(); }
  [[nodiscard]] const int32_t* not_finite() const { return not_finite_.data(); }

  // The first matrix in which a selection since the last call found what is not finite. Waits for
  // the stream.
  [[nodiscard]] std::optional<size_t> FirstNotFinite(cudaStream_t stream);

 private:
  [[nodiscard]] SelectionTables Local(std::span<const int64_t> keeps, cudaStream_t stream);
  [[nodiscard]] SelectionTables Overall(int64_t keep, cudaStream_t stream);
  [[nodiscard]] SelectionTables Tables(const DeviceArray<RankGroup>& groups,
                                       const int32_t* group_of) const;

  std::vector<RankGroup> local_;  // a group a matrix, where its work begins and ends
  DeviceArray<RankedMatrix> matrices_;
  DeviceArray<Work> work_;
  DeviceArray<int32_t> group_of_;
  DeviceArray<RankGroup> groups_, overall_;
  DeviceArray<uint32_t> histograms_, work_ties_, ones_;
  DeviceArray<unsigned long long> hashes_;
  DeviceArray<int64_t> ties_before_;
  DeviceArray<int32_t> not_finite_;
};

}  // namespace sparsweep::core
