#include "pruning_core/methods/gate_noise.h"

#include <algorithm>

#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/for_each_cpu.h"
#include "pruning_core/kernels/gate_stream.h"

namespace sparsweep::core {

// Numbers of 24 bits as signed ones of 32, which every processor turns into floats many at a time.
SPARSWEEP_FOR_EACH_CPU
void GateNoise::Fill(int64_t matrix, int64_t begin, int64_t size, float* noise) const {
  constexpr int64_t kPairs = 128;  // the compiler vectorizes one loop at a time
  const CounterStream stream = GateStream(seed, draw, matrix);
  const auto first = static_cast<uint64_t>(begin) / 2;
  const int64_t pairs = size / 2;
  uint64_t words[kPairs];
  for (int64_t done = 0; done < pairs; done += kPairs) {
    const int64_t count = std::min(kPairs, pairs - done);
    for (int64_t i = 0; i < count; ++i)
      words[i] = stream.At(first + static_cast<uint64_t>(done + i));
    float* const out = noise + 2 * done;
    for (int64_t i = 0; i < count; ++i) {
      out[2 * i] = static_cast<float>(static_cast<int32_t>(words[i] >> 40)) * 0x1p-24F;
      out[2 * i + 1] =
          static_cast<float>(static_cast<int32_t>(words[i] >> 8 & 0xFFFFFFu)) * 0x1p-24F;
    }
  }
  if (size % 2 != 0) noise[size - 1] = stream.UnitAt(static_cast<uint64_t>(begin + size - 1));
}

SPARSWEEP_FOR_EACH_CPU
void GateNoise::FillReference(int64_t matrix, int64_t begin, int64_t size, float* noise) const {
  const uint64_t key = (seed << 48) | (draw << 32) | (static_cast<uint64_t>(matrix) << 24);
  for (int64_t i = 0; i < size; ++i) {
    noise[i] = static_cast<float>(Mix(key | static_cast<uint64_t>(begin + i)) >> 40) * 0x1p-24F;
  }
}

}  // namespace sparsweep::core
