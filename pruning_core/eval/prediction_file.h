// Files of predictions in the form that the benchmarks take.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pruning_core/data/data_source.h"

namespace sparsweep::core {

// {"question id": "answer", …}. Throws UserError (BAD_PREDICTIONS): not such a JSON object, an id
// twice, an answer that is no string.
[[nodiscard]] std::unordered_map<std::string, std::string> ParseAnswers(std::string_view bytes,
                                                                        const DataSource& source);

// One label an example, in the order of the data: either GLUE's submission layout, the header
// "index<TAB>prediction" and then the rows in any order, indices from 0; or just a label a line.
// Throws UserError (BAD_PREDICTIONS) with the line: another number of lines than `examples`, an
// index twice, out of range or no number, a row without two columns, an empty label.
[[nodiscard]] std::vector<std::string> ParseLabels(std::string_view bytes, size_t examples,
                                                   const DataSource& source);

}  // namespace sparsweep::core
