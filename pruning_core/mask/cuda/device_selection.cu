#include "pruning_core/kernels/cuda/stream_launcher.cuh"
#include "pruning_core/mask/cuda/device_selection.h"
#include "pruning_core/mask/cuda/selection_sequence.cuh"

namespace sparsweep::core {
namespace {

std::vector<Work> WorkOf(std::span<const RankedMatrix> matrices) {
  std::vector<int64_t> sizes;
  for (const RankedMatrix& matrix : matrices) sizes.push_back(matrix.size);
  return CutIntoWork(sizes);
}

template <typename T>
void Clear(const DeviceArray<T>& array, cudaStream_t stream) {
  RequireCuda(cudaMemsetAsync(array.data(), 0, array.size() * sizeof(T), stream), "cudaMemset");
}

}  // namespace

DeviceSelection::DeviceSelection(std::span<const RankedMatrix> matrices) : matrices_(matrices) {
  const std::vector<Work> work = WorkOf(matrices);
  std::vector<int32_t> group_of(matrices.size());
  local_.resize(matrices.size());
  for (size_t m = 0; m < matrices.size(); ++m) group_of[m] = static_cast<int32_t>(m);
  for (size_t k = work.size(); k-- > 0;) {
    RankGroup& group = local_[static_cast<size_t>(work[k].array)];
    group.first_work = static_cast<int32_t>(k);
    if (group.last_work == 0) group.last_work = static_cast<int32_t>(k) + 1;
  }
  work_ = DeviceArray<Work>(std::span(work));
  group_of_ = DeviceArray<int32_t>(std::span<const int32_t>(group_of));
  groups_ = DeviceArray<RankGroup>(matrices.size());
  overall_ = DeviceArray<RankGroup>(1);
  histograms_ = DeviceArray<uint32_t>(matrices.size() * kRankBuckets);
  work_ties_ = DeviceArray<uint32_t>(work.size());
  ties_before_ = DeviceArray<int64_t>(work.size());
  ones_ = DeviceArray<uint32_t>(matrices.size());
  hashes_ = DeviceArray<unsigned long long>(matrices.size());
  const int32_t none = SelectionTables::kNone;
  not_finite_ = DeviceArray<int32_t>(std::span(&none, 1));
}

SelectionTables DeviceSelection::Tables(const DeviceArray<RankGroup>& groups,
                                        const int32_t* group_of) const {
  return {matrices_.data(),
          work_.data(),
          group_of,
          groups.data(),
          histograms_.data(),
          work_ties_.data(),
          ties_before_.data(),
          ones_.data(),
          hashes_.data(),
          not_finite_.data(),
          static_cast<int32_t>(work_.size()),
          static_cast<int32_t>(groups.size())};
}

SelectionTables DeviceSelection::Local(std::span<const int64_t> keeps, cudaStream_t stream) {
  std::vector<RankGroup> groups = local_;
  for (size_t m = 0; m < groups.size(); ++m) groups[m].keep = keeps[m];
  groups_.Write(groups, stream);
  return Tables(groups_, group_of_.data());
}

SelectionTables DeviceSelection::Overall(int64_t keep, cudaStream_t stream) {
  const RankGroup all{keep, 0, 0, 0, static_cast<int32_t>(work_.size()), 0};
  overall_.Write(std::span(&all, 1), stream);
  return Tables(overall_, nullptr);
}

void DeviceSelection::KeepLargest(RankBy by, std::span<const int64_t> keeps, cudaStream_t stream) {
  const StreamLauncher launch{stream};
  const SelectionTables tables = Local(keeps, stream);
  if (by == RankBy::kValue) {
    LaunchCuts<RankBy::kValue, Among::kAll>(launch, tables);
  } else {
    LaunchCuts<RankBy::kMagnitude, Among::kAll>(launch, tables);
  }
}

void DeviceSelection::KeepLargestOverall(RankBy by, int64_t keep, std::span<const int64_t> floors,
                                         cudaStream_t stream) {
  for (const int64_t floor : floors) keep -= floor;
  const StreamLauncher launch{stream};
  const SelectionTables local = Local(floors, stream);
  const SelectionTables rest = Overall(keep, stream);
  if (by == RankBy::kValue) {
    LaunchOverall<RankBy::kValue>(launch, local, rest);
  } else {
    LaunchOverall<RankBy::kMagnitude>(launch, local, rest);
  }
}

void DeviceSelection::KeepAbove(float threshold, std::span<const int64_t> floors,
                                cudaStream_t stream) {
  Clear(ones_, stream);
  LaunchAbove(StreamLauncher{stream}, Local(floors, stream), threshold);
}

void DeviceSelection::CountAndHash(cudaStream_t stream) {
  Clear(ones_, stream);
  Clear(hashes_, stream);
  StreamLauncher{stream}(core::CountAndHash, static_cast<int32_t>(work_.size()),
                         Tables(groups_, nullptr));
}

std::optional<size_t> DeviceSelection::FirstNotFinite(cudaStream_t stream) {
  const int32_t first = not_finite_.Read(stream)[0];
  if (first == SelectionTables::kNone) return std::nullopt;
  const int32_t none = SelectionTables::kNone;
  not_finite_.Write(std::span(&none, 1), stream);
  return static_cast<size_t>(first);
}

}  // namespace sparsweep::core
