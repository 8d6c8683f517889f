// The nearest known word to a mistyped one, for error messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparsweep::contract {

// The word of `known` with the smallest edit distance to `word`, if that distance is at most max(2,
// a third of the word's length).
[[nodiscard]] std::optional<std::string_view> Nearest(std::string_view word,
                                                      const std::vector<std::string_view>& known);

// "; did you mean 'x'?" or, where nothing is near, "; known: a, b, c".
[[nodiscard]] std::string NearestHint(std::string_view word,
                                      const std::vector<std::string_view>& known);

}  // namespace sparsweep::contract
