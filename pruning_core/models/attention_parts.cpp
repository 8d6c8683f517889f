#include "pruning_core/models/attention_parts.h"

#include <cstddef>

namespace sparsweep::core {

std::vector<AttentionPart> CutIntoParts(const AttentionRows& rows, int64_t bytes_of_score,
                                        int64_t most_bytes) {
  std::vector<AttentionPart> parts;
  for (size_t i = 0; i < rows.tokens.size(); ++i) {
    const AttentionPart own{.examples = 1,
                            .first_query = rows.queries[i],
                            .first_key = rows.keys[i],
                            .queries = rows.queries[i + 1] - rows.queries[i],
                            .keys = rows.keys[i + 1] - rows.keys[i],
                            .tokens = rows.tokens[i]};
    const int64_t bytes = own.queries * own.tokens * bytes_of_score;
    const auto goes_with = [&](const AttentionPart& part) {
      return own.queries == part.queries && own.keys == part.keys && own.tokens == part.tokens &&
             (part.examples + 1) * bytes <= most_bytes;
    };
    if (!parts.empty() && goes_with(parts.back())) {
      ++parts.back().examples;
    } else {
      parts.push_back(own);
    }
  }
  return parts;
}

}  // namespace sparsweep::core
