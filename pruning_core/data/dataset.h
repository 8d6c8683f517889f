// Tokenized examples in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pruning_core/tokenizer/word_piece_tokenizer.h"

namespace sparsweep::core {

// What a row's target is: a class number, a number, or a span of its tokens.
enum class TargetKind { kLabel, kValue, kSpan };

// Positions of the first and the last token of a span; [CLS] is 0.
struct TokenSpan {
  uint32_t start = 0;
  uint32_t end = 0;

  bool operator==(const TokenSpan&) const = default;
};

// Rows are numbered from 0 in the order of the file. Filled once, then only read. All rows have the
// kind of target that the constructor is given; the other kinds' functions must not be called.
class Dataset {
 public:
  explicit Dataset(TargetKind kind = TargetKind::kLabel) : kind_(kind) {}

  void Add(const Encoding& encoding, int32_t label);
  void AddValue(const Encoding& encoding, float value);
  void AddSpan(const Encoding& encoding, TokenSpan span);

  [[nodiscard]] TargetKind kind() const { return kind_; }
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(second_begins_.size()); }
  // Token ids with [CLS] and [SEP], not padded.
  [[nodiscard]] std::span<const int32_t> Ids(uint32_t row) const {
    return {ids_.data() + offsets_[row], ids_.data() + offsets_[row + 1]};
  }
  // Position of the first token of the second text; = the number of ids where there is one text.
  [[nodiscard]] uint32_t SecondBegin(uint32_t row) const { return second_begins_[row]; }
  [[nodiscard]] int32_t Label(uint32_t row) const { return labels_[row]; }
  [[nodiscard]] float Value(uint32_t row) const { return values_[row]; }
  [[nodiscard]] TokenSpan Span(uint32_t row) const { return spans_[row]; }
  // Number of tokens of each row.
  [[nodiscard]] std::vector<uint32_t> Lengths() const;

 private:
  void AddTokens(const Encoding& encoding);

  TargetKind kind_;
  std::vector<int32_t> ids_;  // all rows behind each other
  std::vector<uint64_t> offsets_{0};
  std::vector<uint32_t> second_begins_;
  std::vector<int32_t> labels_;
  std::vector<float> values_;
  std::vector<TokenSpan> spans_;
};

}  // namespace sparsweep::core
