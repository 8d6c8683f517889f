// Reads the questions of a SQuAD file, v1.1 or v2.0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pruning_core/data/squad_example.h"

namespace sparsweep::core {

// In the order of the file. Offsets are code points, as the files have them; where is_impossible is
// missing it is false; keys that are not needed are passed over. `field` names the spec's field in
// errors. `limit`: the first n questions only, 0 = all; what comes after them is not looked at.
// Memory grows with the texts and one paragraph's JSON. Throws UserError, one line with file, place
// (data[3].paragraphs[2].qas[1]) and, where there is one, the question's id: DATA_NOT_FOUND,
// DATA_TOO_LARGE (over 256 MiB), DATA_EMPTY (no question), DATA_MALFORMED (not JSON, a part that is
// missing or of the wrong type, an id twice, an answer beyond its context, a context over 1 MiB).
[[nodiscard]] std::vector<SquadExample> ReadSquad(const std::string& path, const std::string& field,
                                                  uint64_t limit);
// The same over bytes already in memory.
[[nodiscard]] std::vector<SquadExample> ParseSquad(std::string_view bytes, const std::string& path,
                                                   const std::string& field, uint64_t limit);

}  // namespace sparsweep::core
