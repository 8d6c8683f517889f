// Which examples attention on the CPU works on together.
#pragma once

#include <cstdint>
#include <vector>

namespace sparsweep::core {

// Of the B examples: where their rows are, those of example i from [i] up to [i + 1].
struct AttentionRows {
  std::vector<int64_t> queries;  // [B + 1], from 0 to all of them
  std::vector<int64_t> keys;     // [B + 1], likewise, and of the values
  std::vector<int64_t> tokens;   // [B]: how many of an example's keys are attended to, the first
};

// Neighbours of the same lengths in a batch.
struct AttentionPart {
  int64_t examples;
  int64_t first_query, first_key;  // rows of the first one
  int64_t queries, keys, tokens;   // rows of each, and how many of the keys are attended to
};

// Of all examples, in order. A part has one or as many as the scores of which take `most_bytes`, so
// that they stay in a core's cache; `bytes_of_score` for all heads.
[[nodiscard]] std::vector<AttentionPart> CutIntoParts(const AttentionRows& rows,
                                                      int64_t bytes_of_score, int64_t most_bytes);

}  // namespace sparsweep::core
