// One picture of a sweep's progress as lines; live_view puts it on the screen.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/progress.h"

namespace sparsweep::cli {

// At most size.rows - 1 lines, each at most size.columns wide: head, trials, total bar, and the
// plot where it fits. Of more trials than fit, those that run come first, then those that ended
// last; what is left out is counted. Narrow terminals lose the least important columns.
[[nodiscard]] std::vector<std::string> LiveFrame(const Progress& progress, const TerminalSize& size,
                                                 bool color);

}  // namespace sparsweep::cli
