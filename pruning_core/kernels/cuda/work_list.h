// How one launch over many arrays is cut into blocks of threads. Host code, no CUDA.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace sparsweep::core {

inline constexpr int kBlockThreads = 256;
// Elements of a block: whole words of masks, whole pairs of noise.
inline constexpr int64_t kWorkSize = 4096;

// What one block does: elements begin … begin + count - 1 of an array.
struct Work {
  int32_t array;
  int32_t count;
  int64_t begin;
};

// In order of array and element; sums over it in order are sums in a fixed order.
[[nodiscard]] inline std::vector<Work> CutIntoWork(std::span<const int64_t> sizes) {
  std::vector<Work> list;
  for (size_t a = 0; a < sizes.size(); ++a) {
    for (int64_t begin = 0; begin < sizes[a]; begin += kWorkSize) {
      const int64_t count = std::min(kWorkSize, sizes[a] - begin);
      list.push_back({static_cast<int32_t>(a), static_cast<int32_t>(count), begin});
    }
  }
  return list;
}

}  // namespace sparsweep::core
