// Which examples make up which batch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sparsweep::core {

// The training order. Every pass visits every example once: shuffle, sort by length within windows
// of kWindow batches, cut into batches (the last may be short), shuffle the batches. A function of
// (seed, step) alone: At() may be called for any step in any order; the current pass is kept. One
// thread.
class BatchOrder {
 public:
  static constexpr uint64_t kWindow = 50;  // batches: little padding, batches still well mixed

  // `lengths`: tokens of each example, not empty. `batch` > 0.
  BatchOrder(std::vector<uint32_t> lengths, uint32_t batch, uint64_t seed);

  // The rows of the batch of step `step`, counted from 0. Valid until the next call.
  [[nodiscard]] std::span<const uint32_t> At(uint64_t step);
  [[nodiscard]] uint64_t batches_per_pass() const { return batches_per_pass_; }

 private:
  void Arrange(uint64_t pass);

  std::vector<uint32_t> lengths_;
  uint32_t batch_;
  uint64_t seed_;
  uint64_t batches_per_pass_;
  std::optional<uint64_t> pass_;  // the pass that rows_ and order_ belong to
  std::vector<uint32_t> rows_;    // batch after batch
  std::vector<uint32_t> order_;   // position in the pass -> batch in rows_
};

// All examples once, by length and then by row, cut into batches of `batch`: the same for every
// trial.
[[nodiscard]] std::vector<std::vector<uint32_t>> EvaluationBatches(
    std::span<const uint32_t> lengths, uint32_t batch);

}  // namespace sparsweep::core
