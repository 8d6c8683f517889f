#include "pruning_core/kernels/mask_hash.h"

#include <cstddef>
#include <cstring>

#include "pruning_core/kernels/for_each_cpu.h"

namespace sparsweep::core {
namespace {

SPARSWEEP_FOR_EACH_CPU
uint64_t SumOfParts(const uint8_t* mask, uint64_t blocks) {
  uint64_t sum = 0;
  for (uint64_t block = 0; block < blocks; ++block) {
    uint64_t bits;
    std::memcpy(&bits, mask + block * 8, 8);
    sum += MaskHashPart(block, bits);
  }
  return sum;
}

}  // namespace

uint64_t MaskHash(std::span<const uint8_t> mask) {
  const size_t blocks = mask.size() / 8;
  const uint64_t hash = SumOfParts(mask.data(), blocks);
  const std::span<const uint8_t> rest = mask.subspan(blocks * 8);
  if (rest.empty()) return hash;
  uint64_t bits = 0;
  std::memcpy(&bits, rest.data(), rest.size());
  return hash + MaskHashPart(blocks, bits);
}

}  // namespace sparsweep::core
