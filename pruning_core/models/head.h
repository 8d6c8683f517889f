// What stands on top of the encoder. No torch.
#pragma once

#include <cstdint>
#include <string_view>

namespace sparsweep::core {

// How one vector of a text comes from those of its tokens: the first token through pooler and tanh
// | the mean over the tokens that are not padding. A span head needs neither.
enum class Pooling { kCls, kMean };

enum class Head {
  kClassification,  // pooled → C classes
  kRegression,      // pooled → one number
  kSpan             // every token → start and end
};

// task.kind of a valid spec: classification | regression | span.
[[nodiscard]] Head HeadOfTask(std::string_view kind);

// HF's name of its linear layer: classifier or qa_outputs.
[[nodiscard]] std::string_view HeadName(Head head);

// Its outputs: `labels` with kClassification, else 1 or 2.
[[nodiscard]] int64_t HeadOutputs(Head head, int64_t labels);

}  // namespace sparsweep::core
