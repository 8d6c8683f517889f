// The table of trials in the live view.
#pragma once

#include <string>
#include <vector>

#include "cli/progress.h"

namespace sparsweep::cli {

// Titles and at most `rows` lines for trials; see LiveFrame for which.
[[nodiscard]] std::vector<std::string> TrialRows(const Progress& progress, int columns, int rows,
                                                 bool color);

// "██████▌─────": `share` of `columns`, in eighths.
[[nodiscard]] std::string Bar(double share, int columns, bool color);

}  // namespace sparsweep::cli
