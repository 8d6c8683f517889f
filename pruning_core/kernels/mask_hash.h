// A 64-bit hash of a matrix's mask, a sum whose parts may be added in any order: the CPU's threads
// and a GPU's blocks get the same bits.
#pragma once

#include <cstdint>
#include <span>

#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/host_device.h"

namespace sparsweep::core {

// What a mask's 64 bits of weights block·64 … add to its hash, mod 2^64: the first weight's bit is
// the least significant, those beyond the matrix are 0. One to one in `bits`, so masks that differ
// in one block always differ in their hash.
[[nodiscard]] SPARSWEEP_HOST_DEVICE constexpr uint64_t MaskHashPart(uint64_t block, uint64_t bits) {
  return Mix(Mix(block) ^ bits);
}

// Of a whole mask, bytes as BitMask has them: the sum of its parts.
[[nodiscard]] uint64_t MaskHash(std::span<const uint8_t> mask);

}  // namespace sparsweep::core
