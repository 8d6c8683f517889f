// The front in the format asked for; also what `run` and `submit --wait` end with.
#pragma once

#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/console.h"
#include "cli/output/front_plot.h"
#include "cli/output/table.h"

namespace sparsweep::cli {

[[nodiscard]] std::vector<PlotPoint> PlotPoints(const Front& front);

// A table; {"sweep", "metric", "points": […]}; or CSV.
void PrintFront(const std::string& sweep, const Front& front, OutputFormat format,
                const Console& console);

}  // namespace sparsweep::cli
