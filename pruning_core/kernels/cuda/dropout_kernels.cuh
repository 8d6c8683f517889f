// Dropout's factors on a GPU. `launch` as in selection_sequence.cuh.
#pragma once

#include "pruning_core/kernels/cuda/work_list.h"
#include "pruning_core/kernels/dropout_factors.h"

namespace sparsweep::core {

inline constexpr int32_t kWordsOfABlock = kWorkSize / 4;  // each the draws of four elements

struct alignas(16) FourFactors {
  float of[4];
};

// A block has kWordsOfABlock words of one example: the stream of its row is made once.
__global__ inline void DropoutPass(DropoutPlace place, DropoutRate rate, const uint32_t* rows,
                                   DropoutShape shape, int32_t blocks_an_example, float* factors) {
  const auto block = static_cast<int32_t>(blockIdx.x);
  const int32_t example = block / blocks_an_example;
  const CounterStream lines = DropoutLines(place, rows[example]);
  const auto line_words = static_cast<int32_t>((shape.width + 3) / 4);
  const bool own_tokens = shape.starts != nullptr;
  const int64_t first =
      own_tokens ? shape.starts[example] : static_cast<int64_t>(example) * shape.tokens;
  const auto tokens =
      static_cast<int32_t>(own_tokens ? shape.starts[example + 1] - first : shape.tokens);
  const int32_t line_count = static_cast<int32_t>(shape.heads) * tokens;
  const int32_t begin = kWordsOfABlock * (block % blocks_an_example);
  float* const own = factors + first * shape.heads * shape.width;
  for (auto k = static_cast<int32_t>(threadIdx.x); k < kWordsOfABlock; k += kBlockThreads) {
    const int32_t line = (begin + k) / line_words;
    if (line >= line_count) return;
    const int32_t word = (begin + k) % line_words;
    const uint64_t key = DropoutLineKey(lines, static_cast<uint64_t>(line / tokens),
                                        static_cast<uint64_t>(line % tokens));
    const uint64_t draws = DropoutWord(key, static_cast<uint64_t>(word));
    FourFactors four;
    for (int i = 0; i < 4; ++i) four.of[i] = rate.Factor(DropoutDraw(draws, i));
    float* const at = own + line * shape.width + int64_t{4} * word;
    if (shape.width % 4 == 0) {
      *reinterpret_cast<FourFactors*>(at) = four;
    } else {
      for (int i = 0; i < 4 && 4 * word + i < shape.width; ++i) at[i] = four.of[i];
    }
  }
}

// `rows`, `factors` and shape.starts in the kernel's memory; `factors` at a multiple of 16 bytes.
template <typename Launch>
void LaunchDropout(const Launch& launch, const DropoutPlace& place, const DropoutRate& rate,
                   const uint32_t* rows, int64_t examples, const DropoutShape& shape,
                   float* factors) {
  const int64_t words = shape.heads * shape.tokens * ((shape.width + 3) / 4);
  const auto blocks = static_cast<int32_t>((words + kWordsOfABlock - 1) / kWordsOfABlock);
  launch(DropoutPass, static_cast<int32_t>(examples) * blocks, place, rate, rows, shape, blocks,
         factors);
}

}  // namespace sparsweep::core
