#include "pruning_core/models/dropout_line.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "pruning_core/kernels/counter_stream.h"

namespace sparsweep::core {
namespace {

constexpr double kValues = 65536.0;                  // of 16 bits
constexpr uint64_t kIncrement = 0x9E3779B97F4A7C15;  // SplitMix64's

constexpr size_t kBlock = 64;
using Words = std::array<uint64_t, kBlock>;
using Draws = std::array<uint16_t, 4 * kBlock>;
static_assert(std::endian::native == std::endian::little,
              "the bits must not depend on the machine");

}  // namespace

DropoutRate::DropoutRate(double probability)
    : threshold_(static_cast<uint32_t>(std::min(std::round(probability * kValues), kValues - 1))),
      kept_(static_cast<float>(kValues / (kValues - threshold_))) {}

// Two loops, because the compiler makes vector instructions of each.
void FillDropoutLine(uint64_t key, const DropoutRate& rate, std::span<float> line) {
  const uint32_t threshold = rate.threshold();
  const float kept = rate.kept();
  Words words{};
  while (!line.empty()) {
    const size_t count = std::min(line.size(), 4 * kBlock);
    for (size_t i = 0; i < (count + 3) / 4; ++i) words[i] = Mix(key + i * kIncrement);
    const auto draws = std::bit_cast<Draws>(words);
    for (size_t i = 0; i < count; ++i) line[i] = draws[i] < threshold ? 0.0F : kept;
    key += kBlock * kIncrement;
    line = line.subspan(count);
  }
}

}  // namespace sparsweep::core
