// What is wrong with the lines of a data file, counted.
#pragma once

#include <array>
#include <cstdint>

#include "pruning_core/data/data_source.h"

namespace sparsweep::core {

enum class LineFault {
  kEmpty,
  kNotUtf8,
  kTooLong,
  kTooFewColumns,
  kOpenQuote,
  kStrayQuote,
  kNotJson,
  kTextNotString,
  kNoText,
  kNoLabel,
};

// A line of more bytes than this is refused.
constexpr size_t kMaxLineBytes = size_t{1} << 20;

class LineFaults {
 public:
  // `line` from 1.
  void Note(LineFault fault, uint64_t line);
  [[nodiscard]] uint64_t count() const { return count_; }
  // Throws UserError (DATA_MALFORMED) with the number of each fault and its first line, if any.
  void RequireNone(const DataSource& source) const;

 private:
  static constexpr size_t kKinds = static_cast<size_t>(LineFault::kNoLabel) + 1;

  uint64_t count_ = 0;
  std::array<uint64_t, kKinds> counts_{};
  std::array<uint64_t, kKinds> firsts_{};
};

}  // namespace sparsweep::core
