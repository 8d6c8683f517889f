#include "pruning_core/kernels/dropout_factors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace sparsweep::core {
namespace {

constexpr double kValues = 65536.0;  // of 16 bits

constexpr size_t kBlock = 64;
using Words = std::array<uint64_t, kBlock>;
using Draws = std::array<uint16_t, 4 * kBlock>;
static_assert(std::endian::native == std::endian::little, "Draws are those of DropoutDraw()");

}  // namespace

DropoutRate::DropoutRate(double probability)
    : threshold_(static_cast<uint32_t>(std::min(std::round(probability * kValues), kValues - 1))),
      kept_(static_cast<float>(kValues / (kValues - threshold_))) {}

// Two loops, because the compiler makes vector instructions of each.
void FillDropoutLine(uint64_t key, const DropoutRate& rate, std::span<float> line) {
  Words words{};
  for (size_t first = 0; !line.empty(); first += kBlock) {
    const size_t count = std::min(line.size(), 4 * kBlock);
    for (size_t i = 0; i < (count + 3) / 4; ++i) words[i] = DropoutWord(key, first + i);
    const auto draws = std::bit_cast<Draws>(words);
    for (size_t i = 0; i < count; ++i) line[i] = rate.Factor(draws[i]);
    line = line.subspan(count);
  }
}

void FillDropout(const DropoutPlace& place, const DropoutRate& rate, std::span<const uint32_t> rows,
                 const DropoutShape& shape, float* factors) {
  const auto width = static_cast<size_t>(shape.width);
  for (size_t i = 0; i < rows.size(); ++i) {
    const CounterStream lines = DropoutLines(place, rows[i]);
    const int64_t tokens =
        shape.starts == nullptr ? shape.tokens : shape.starts[i + 1] - shape.starts[i];
    for (int64_t head = 0; head < shape.heads; ++head) {
      for (int64_t token = 0; token < tokens; ++token, factors += width) {
        FillDropoutLine(
            DropoutLineKey(lines, static_cast<uint64_t>(head), static_cast<uint64_t>(token)), rate,
            {factors, width});
      }
    }
  }
}

}  // namespace sparsweep::core
