// Which part of a batch is a rank's.
#pragma once

#include <cstddef>
#include <span>

namespace sparsweep::core {

// Rank r of n has rows size·r/n … size·(r+1)/n: each row is one rank's, shares differ by one row at
// most and may be empty. Neighbours in a batch are of about the same length, so little is padded.
template <typename Row>
[[nodiscard]] std::span<const Row> ShareOf(std::span<const Row> rows, size_t rank, size_t ranks) {
  const size_t begin = rows.size() * rank / ranks;
  return rows.subspan(begin, rows.size() * (rank + 1) / ranks - begin);
}

}  // namespace sparsweep::core
