#include "pruning_core/methods/gate_noise.h"

#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/for_each_cpu.h"
#include "pruning_core/kernels/gate_stream.h"

namespace sparsweep::core {

SPARSWEEP_FOR_EACH_CPU
void GateNoise::Fill(int64_t matrix, int64_t begin, int64_t size, float* noise) const {
  const CounterStream stream = GateStream(seed, draw, matrix);
  const auto first = static_cast<uint64_t>(begin);
  int64_t i = 0;
  for (; i + 1 < size; i += 2) {
    const uint64_t word = stream.At((first + static_cast<uint64_t>(i)) / 2);
    noise[i] = static_cast<float>(word >> 40) * 0x1p-24F;
    noise[i + 1] = static_cast<float>((word >> 8) & 0xFFFFFFu) * 0x1p-24F;
  }
  if (i < size) noise[i] = stream.UnitAt(first + static_cast<uint64_t>(i));
}

SPARSWEEP_FOR_EACH_CPU
void GateNoise::FillReference(int64_t matrix, int64_t begin, int64_t size, float* noise) const {
  const uint64_t key = (seed << 48) | (draw << 32) | (static_cast<uint64_t>(matrix) << 24);
  for (int64_t i = 0; i < size; ++i) {
    noise[i] = static_cast<float>(Mix(key | static_cast<uint64_t>(begin + i)) >> 40) * 0x1p-24F;
  }
}

}  // namespace sparsweep::core
