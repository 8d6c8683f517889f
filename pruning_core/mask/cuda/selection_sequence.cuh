// The launches of each selection, in order. `launch(kernel, blocks, tables)` runs a kernel with
// kBlockThreads threads a block after those before it.
#pragma once

#include "pruning_core/mask/cuda/selection_kernels.cuh"

namespace sparsweep::core {

// Of each group the `keep` first ones. Three passes over the values, and one more where some ties
// are kept and others are not.
template <RankBy by, Among among, typename Launch>
void LaunchCuts(const Launch& launch, const SelectionTables& t) {
  launch(CountKeys<by, among, 0>, t.work_count, t);
  launch(LocateBucket<0>, t.group_count, t);
  launch(CountKeys<by, among, 1>, t.work_count, t);
  launch(LocateBucket<1>, t.group_count, t);
  launch(CountKeys<by, among, 2>, t.work_count, t);
  launch(LocateBucket<2>, t.group_count, t);
  launch(CountTies<by, among>, t.work_count, t);
  launch(SumTies, t.group_count, t);
  launch(WriteCuts<by, among>, t.work_count, t);
}

// Over all matrices: first each one's floor (`floors`: a group a matrix), then the best of what is
// left (`rest`: one group).
template <RankBy by, typename Launch>
void LaunchOverall(const Launch& launch, const SelectionTables& floors,
                   const SelectionTables& rest) {
  LaunchCuts<by, Among::kAll>(launch, floors);
  LaunchCuts<by, Among::kDropped>(launch, rest);
}

// Values above a threshold; `t.ones` is 0. With a group a matrix whose `keep` is a floor, a matrix
// that has fewer gets its floor's largest values instead; without groups it keeps what it has.
template <typename Launch>
void LaunchAbove(const Launch& launch, const SelectionTables& t, float threshold) {
  launch(CheckFinite, t.work_count, t);
  launch(WriteAbove, t.work_count, t, threshold);
  if (t.group_count == 0) return;
  launch(SkipThoseOnTheirFloor, (t.group_count + kBlockThreads - 1) / kBlockThreads, t);
  LaunchCuts<RankBy::kValue, Among::kAll>(launch, t);
}

}  // namespace sparsweep::core
