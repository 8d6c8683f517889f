// The classes of code points that BERT's text steps tell apart, as the tokenizers library 0.23.3
// sees them.
//
// That library carries general categories of Unicode 8.0, canonical decompositions and combining
// classes of Unicode 9.0 and lower-case letters of Unicode 17; ICU has those of its own version. A
// category here is therefore ICU's for code points assigned by Unicode 8.0 and none for later ones,
// apart from a handful whose category has changed since; likewise for the rest. A test compares
// every code point (tests/peer, tests/pruning_core/tokenizer).
#pragma once

#include <cstdint>
#include <string>

namespace sparsweep::core {

// Cc, Cf or Co, but not tab, line feed and carriage return.
[[nodiscard]] bool IsBertControl(char32_t c);
// The property White_Space.
[[nodiscard]] bool IsBertWhiteSpace(char32_t c);
// ASCII punctuation, or any P category.
[[nodiscard]] bool IsBertPunctuation(char32_t c);
// Mn.
[[nodiscard]] bool IsNonSpacingMark(char32_t c);
// The blocks that BERT writes spaces around.
[[nodiscard]] bool IsCjkIdeograph(char32_t c);
// False where NFD leaves `c` alone and in its place.
[[nodiscard]] bool MayDecompose(char32_t c);
// The canonical decomposition, `c` itself where it has none.
[[nodiscard]] std::u32string Decomposition(char32_t c);
// Canonical_Combining_Class.
[[nodiscard]] uint8_t CombiningClass(char32_t c);
// Simple lower case. U+0130, whose lower case is two code points, is the caller's.
[[nodiscard]] char32_t ToLower(char32_t c);

}  // namespace sparsweep::core
