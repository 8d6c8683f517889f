// What the selection kernels read and write; plain structs in device memory. No CUDA.
#pragma once

#include <cstdint>
#include <limits>

#include "pruning_core/kernels/cuda/work_list.h"

namespace sparsweep::core {

// One matrix that is ranked; pointers are device memory.
struct RankedMatrix {
  const float* values;   // what is ranked
  const float* weights;  // W and
  float* working;        // W', written with the mask; both nullptr: only the mask is
  uint32_t* mask;        // bits as in BitMask, 2·ceil(size/64) words
  int64_t size;
};

// Matrices that share a cut: one each when selection is local, all when it is global. Its
// histogram and its state through the passes.
struct RankGroup {
  int64_t keep;        // of those not yet decided; then how many ties are kept
  int64_t equal;       // how many share the cut's key
  uint32_t prefix;     // leading bits of the cut's key; then the key
  int32_t first_work;  // its pieces of work, in order
  int32_t last_work;
  int32_t skipped;  // not 0: the group is left alone
};

// All that a selection works on.
struct SelectionTables {
  static constexpr int32_t kNone = std::numeric_limits<int32_t>::max();

  const RankedMatrix* matrices;
  const Work* work;
  const int32_t* group_of;  // by matrix; nullptr: all in group 0
  RankGroup* groups;
  uint32_t* histograms;        // kRankBuckets a group, 0 between selections
  uint32_t* work_ties;         // by piece of work: keys equal to the cut
  int64_t* ties_before;        // by piece of work: those of the group's earlier pieces
  uint32_t* ones;              // by matrix: what a threshold kept
  unsigned long long* hashes;  // by matrix: MaskHash(), in atomicAdd()'s type
  int32_t* not_finite;         // the first matrix with a value that is not finite; kNone
  int32_t work_count;
  int32_t group_count;
};

}  // namespace sparsweep::core
