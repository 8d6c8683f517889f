// Exact top-k by radix histogram, and thresholds, over all matrices at once: one block a piece of
// work or a group. Larger score first, then lower position; the same bits as mask/selection.h.
#pragma once

#include "pruning_core/kernels/mask_hash.h"
#include "pruning_core/mask/cuda/selection_types.h"
#include "pruning_core/mask/rank_key.h"

namespace sparsweep::core {

inline constexpr int kWarp = 32;

// What a selection may still take: everything, or only what no earlier selection has kept.
enum class Among { kAll, kDropped };

__device__ inline RankGroup& GroupOf(const SelectionTables& t, const Work& work) {
  return t.groups[t.group_of == nullptr ? 0 : t.group_of[work.array]];
}

template <Among among>
__device__ bool Ranked(const RankedMatrix& matrix, int64_t i) {
  return among == Among::kAll || (matrix.mask[i / kWarp] >> (i % kWarp) & 1u) == 0;
}

// Adds one level's 11 or 10 bits of each key that shares the group's prefix to the group's
// histogram. The first level finds what is not finite.
template <RankBy by, Among among, int level>
__global__ void CountKeys(SelectionTables t) {
  __shared__ uint32_t counts[kRankBuckets];
  const Work work = t.work[blockIdx.x];
  const RankGroup& group = GroupOf(t, work);
  if (group.skipped != 0) return;
  for (int b = static_cast<int>(threadIdx.x); b < int{kRankBuckets}; b += kBlockThreads) {
    counts[b] = 0;
  }
  __syncthreads();
  const RankedMatrix& matrix = t.matrices[work.array];
  constexpr uint32_t kMask = level == 2 ? 0x3FFu : 0x7FFu;
  for (int32_t k = static_cast<int32_t>(threadIdx.x); k < work.count; k += kBlockThreads) {
    const int64_t i = work.begin + k;
    const uint32_t key = RankKey<by>(matrix.values[i]);
    if (level > 0 && (key >> RankShift(level - 1)) != group.prefix) continue;
    if (!Ranked<among>(matrix, i)) continue;
    atomicAdd(&counts[(key >> RankShift(level)) & kMask], 1u);
  }
  __syncthreads();
  uint32_t* const histogram = t.histograms + (&group - t.groups) * int64_t{kRankBuckets};
  constexpr FiniteRange kFinite = FiniteBuckets(by);
  for (int b = static_cast<int>(threadIdx.x); b < int{kRankBuckets}; b += kBlockThreads) {
    if (counts[b] == 0) continue;
    atomicAdd(&histogram[b], counts[b]);
    const auto bucket = static_cast<uint32_t>(b);
    if (level == 0 && bucket - kFinite.lowest > kFinite.highest - kFinite.lowest) {
      atomicMin(t.not_finite, work.array);
    }
  }
}

// One block a group: finds the bucket that holds the keep-th largest, and clears the histogram.
template <int level>
__global__ void LocateBucket(SelectionTables t) {
  constexpr int kEach = int{kRankBuckets} / kBlockThreads;
  __shared__ int64_t above[kBlockThreads];  // keys in this thread's buckets and larger ones
  RankGroup& group = t.groups[blockIdx.x];
  if (group.skipped != 0) return;
  uint32_t* const histogram = t.histograms + blockIdx.x * int64_t{kRankBuckets};
  const int thread = static_cast<int>(threadIdx.x);
  const int top = int{kRankBuckets} - 1 - thread * kEach;  // its largest bucket
  uint32_t counts[kEach];
  int64_t sum = 0;
  for (int j = 0; j < kEach; ++j) {
    counts[j] = histogram[top - j];
    histogram[top - j] = 0;
    sum += counts[j];
  }
  above[thread] = sum;
  __syncthreads();
  for (int reach = 1; reach < kBlockThreads; reach *= 2) {
    const int64_t more = thread >= reach ? above[thread - reach] : 0;
    __syncthreads();
    above[thread] += more;
    __syncthreads();
  }
  const int64_t keep = group.keep;
  const uint32_t prefix = group.prefix;
  __syncthreads();
  int64_t before = above[thread] - sum;
  const bool first = thread == 0 && keep == 0;  // nothing is kept: the cut lies above every key
  if (!first && (before >= keep || before + sum < keep)) return;
  int j = 0;
  while (before + counts[j] < keep) before += counts[j++];
  constexpr int kWidth = level == 2 ? 10 : 11;
  // A keep of 0 counts down from the top of the level's range, which the last level has half of.
  const uint32_t bucket = first ? (1u << kWidth) - 1u : static_cast<uint32_t>(top - j);
  group.prefix = level == 0 ? bucket : (prefix << kWidth) | bucket;
  group.keep = keep - before;
  group.equal = counts[j];
}

__device__ inline bool ChoosesAmongTies(const RankGroup& group) {
  return group.skipped == 0 && group.keep > 0 && group.keep < group.equal;
}

// Keys equal to the cut of each piece of work, where only some of them are kept.
template <RankBy by, Among among>
__global__ void CountTies(SelectionTables t) {
  const Work work = t.work[blockIdx.x];
  const RankGroup& group = GroupOf(t, work);
  if (!ChoosesAmongTies(group)) return;
  __shared__ uint32_t ties;
  if (threadIdx.x == 0) ties = 0;
  __syncthreads();
  const RankedMatrix& matrix = t.matrices[work.array];
  uint32_t mine = 0;
  for (int32_t k = static_cast<int32_t>(threadIdx.x); k < work.count; k += kBlockThreads) {
    const int64_t i = work.begin + k;
    mine += RankKey<by>(matrix.values[i]) == group.prefix && Ranked<among>(matrix, i) ? 1u : 0u;
  }
  if (mine != 0) atomicAdd(&ties, mine);
  __syncthreads();
  if (threadIdx.x == 0) t.work_ties[blockIdx.x] = ties;
}

// One block a group: how many ties stand in earlier pieces of work.
__global__ inline void SumTies(SelectionTables t) {
  const RankGroup& group = t.groups[blockIdx.x];
  if (!ChoosesAmongTies(group)) return;
  __shared__ int64_t sums[kBlockThreads];
  const int thread = static_cast<int>(threadIdx.x);
  int64_t before = 0;
  for (int32_t first = group.first_work; first < group.last_work; first += kBlockThreads) {
    const int32_t piece = first + thread;
    const int64_t mine = piece < group.last_work ? t.work_ties[piece] : 0;
    sums[thread] = mine;
    __syncthreads();
    for (int reach = 1; reach < kBlockThreads; reach *= 2) {
      const int64_t more = thread >= reach ? sums[thread - reach] : 0;
      __syncthreads();
      sums[thread] += more;
      __syncthreads();
    }
    if (piece < group.last_work) t.ties_before[piece] = before + sums[thread] - mine;
    before += sums[kBlockThreads - 1];
    __syncthreads();
  }
}

// Word k of a piece of work belongs to warp k / kWordsEach; its bits are written together.
inline constexpr int kWarps = kBlockThreads / kWarp;
inline constexpr int kWordsEach = static_cast<int>(kWorkSize) / kWarp / kWarps;

// Bits and, where asked for, W' of one word of a mask. `word` counts from the matrix's beginning.
__device__ inline void WriteWord(const RankedMatrix& matrix, int64_t word, uint32_t bits) {
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  if (lane == 0) matrix.mask[word] = bits;
  const int64_t i = word * kWarp + lane;
  if (matrix.working != nullptr && i < matrix.size) {
    matrix.working[i] = (bits >> lane & 1u) != 0 ? matrix.weights[i] : 0.0F;
  }
}

// Masks and W' from the groups' cuts. Under Among::kDropped what was kept before stays.
template <RankBy by, Among among>
__global__ void WriteCuts(SelectionTables t) {
  if (*t.not_finite != SelectionTables::kNone) return;
  const Work work = t.work[blockIdx.x];
  const RankGroup& group = GroupOf(t, work);
  if (group.skipped != 0) return;
  const RankedMatrix& matrix = t.matrices[work.array];
  const bool chooses = ChoosesAmongTies(group);
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int64_t first_word = work.begin / kWarp + int64_t{warp} * kWordsEach;
  // Whole 64-bit blocks of the mask, the unused bits 0.
  const int64_t words = (work.begin + work.count + 63) / 64 * 2;
  uint32_t above[kWordsEach];
  uint32_t equal[kWordsEach];
  uint32_t before[kWordsEach];  // what an earlier selection kept
  int64_t ties = 0;             // of this warp
  for (int k = 0; k < kWordsEach; ++k) {
    const int64_t i = (first_word + k) * kWarp + lane;
    const bool inside = i < work.begin + work.count;
    const bool ranked = inside && Ranked<among>(matrix, i);
    const uint32_t key = inside ? RankKey<by>(matrix.values[i]) : 0;
    above[k] = __ballot_sync(0xFFFFFFFFu, ranked && key > group.prefix);
    equal[k] = __ballot_sync(0xFFFFFFFFu, ranked && key == group.prefix && group.keep > 0);
    before[k] = among == Among::kAll ? 0u : __ballot_sync(0xFFFFFFFFu, inside && !ranked);
    ties += __popc(equal[k]);
  }
  __shared__ int64_t warp_ties[kWarps];
  if (lane == 0) warp_ties[warp] = ties;
  __syncthreads();
  int64_t rank = chooses ? t.ties_before[blockIdx.x] : 0;  // of the next tie, in the group
  for (int w = 0; w < warp; ++w) rank += warp_ties[w];
  for (int k = 0; k < kWordsEach; ++k) {
    if (first_word + k >= words) break;
    uint32_t kept = equal[k];
    if (chooses) {
      const int64_t mine = rank + __popc(equal[k] & ((1u << lane) - 1u));
      kept = __ballot_sync(0xFFFFFFFFu, (equal[k] >> lane & 1u) != 0 && mine < group.keep);
      rank += __popc(equal[k]);
    }
    WriteWord(matrix, first_word + k, above[k] | kept | before[k]);
  }
}

// value > threshold, strictly; counts what it keeps.
__global__ inline void WriteAbove(SelectionTables t, float threshold) {
  if (*t.not_finite != SelectionTables::kNone) return;
  const Work work = t.work[blockIdx.x];
  const RankedMatrix& matrix = t.matrices[work.array];
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int64_t first_word = work.begin / kWarp + int64_t{warp} * kWordsEach;
  const int64_t words = (work.begin + work.count + 63) / 64 * 2;
  uint32_t ones = 0;
  for (int k = 0; k < kWordsEach; ++k) {
    if (first_word + k >= words) break;
    const int64_t i = (first_word + k) * kWarp + lane;
    const bool kept = i < work.begin + work.count && matrix.values[i] > threshold;
    const uint32_t bits = __ballot_sync(0xFFFFFFFFu, kept);
    WriteWord(matrix, first_word + k, bits);
    ones += static_cast<uint32_t>(__popc(bits));
  }
  if (lane == 0 && ones != 0) atomicAdd(&t.ones[work.array], ones);
}

// Finds what is not finite, without ranking.
__global__ inline void CheckFinite(SelectionTables t) {
  const Work work = t.work[blockIdx.x];
  const RankedMatrix& matrix = t.matrices[work.array];
  bool finite = true;
  for (int32_t k = static_cast<int32_t>(threadIdx.x); k < work.count; k += kBlockThreads) {
    finite = finite && IsFinite(matrix.values[work.begin + k]);
  }
  if (!finite) atomicMin(t.not_finite, work.array);
}

// A group a matrix, whose `keep` is its floor: those that have it are skipped.
__global__ inline void SkipThoseOnTheirFloor(SelectionTables t) {
  const int32_t m = static_cast<int32_t>(blockIdx.x * kBlockThreads + threadIdx.x);
  if (m < t.group_count) t.groups[m].skipped = t.ones[m] >= t.groups[m].keep ? 1 : 0;
}

// How many weights the mask of each matrix keeps, and its MaskHash(); both tables are 0 before.
__global__ inline void CountAndHash(SelectionTables t) {
  const Work work = t.work[blockIdx.x];
  const uint32_t* const mask = t.matrices[work.array].mask;
  const int64_t first = work.begin / 64;
  const int64_t blocks = (work.begin + work.count + 63) / 64;
  __shared__ uint32_t ones;
  __shared__ unsigned long long hash;
  if (threadIdx.x == 0) {
    ones = 0;
    hash = 0;
  }
  __syncthreads();
  uint32_t mine = 0;
  unsigned long long part = 0;
  for (int64_t b = first + threadIdx.x; b < blocks; b += kBlockThreads) {
    const uint32_t low = mask[2 * b];
    const uint32_t high = mask[2 * b + 1];
    mine += static_cast<uint32_t>(__popc(low) + __popc(high));
    part += MaskHashPart(static_cast<uint64_t>(b), uint64_t{high} << 32 | low);
  }
  if (mine != 0) atomicAdd(&ones, mine);
  if (part != 0) atomicAdd(&hash, part);
  __syncthreads();
  if (threadIdx.x != 0) return;
  atomicAdd(&t.ones[work.array], ones);
  atomicAdd(&t.hashes[work.array], hash);
}

}  // namespace sparsweep::core
