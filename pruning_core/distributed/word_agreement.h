// Whether all ranks hold the same words.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/distributed/process_group.h"

namespace sparsweep::core {

// A word w travels as (w, ~w) under MAX: all ranks have the same where neither grows. One pair
// stands for the whole list; only when it differs the list itself travels. All ranks find the same.
// Borrows the group; one thread.
class WordAgreement {
 public:
  explicit WordAgreement(ProcessGroup& group) : group_(group) {}

  // Sends the pair of these words, which Finish() compares. As many words on each rank.
  void Start(std::vector<uint64_t> words);
  // Of the words last started; nullopt when there are none, or all agree. Else the first of them
  // that differs. Throws RankLost.
  [[nodiscard]] std::optional<size_t> Finish();

 private:
  ProcessGroup& group_;
  std::vector<uint64_t> words_;
  at::Tensor pair_;
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace sparsweep::core
