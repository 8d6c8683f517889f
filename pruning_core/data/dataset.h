// Tokenized examples in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

// Rows are numbered from 0 in the order of the file. Filled once, then only read.
class Dataset {
 public:
  void Add(const Encoding& encoding, int32_t label);

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(labels_.size()); }
  // Token ids with [CLS] and [SEP], not padded.
  [[nodiscard]] std::span<const int32_t> Ids(uint32_t row) const {
    return {ids_.data() + offsets_[row], ids_.data() + offsets_[row + 1]};
  }
  // Position of the first token of the second text; = the number of ids where there is one text.
  [[nodiscard]] uint32_t SecondBegin(uint32_t row) const { return second_begins_[row]; }
  [[nodiscard]] int32_t Label(uint32_t row) const { return labels_[row]; }
  // Number of tokens of each row.
  [[nodiscard]] std::vector<uint32_t> Lengths() const;

 private:
  std::vector<int32_t> ids_;  // all rows behind each other
  std::vector<uint64_t> offsets_{0};
  std::vector<uint32_t> second_begins_;
  std::vector<int32_t> labels_;
};

}  // namespace sparsweep::core
