// The front in a terminal: score against remaining weights on a logarithmic axis.
#pragma once

#include <string>
#include <vector>

namespace sparsweep::cli {

struct PlotPoint {
  std::string method;
  double remaining_weights = 1;  // (0, 1]
  double score = 0;
  std::string variant = {};  // points of one method and variant share a line
};

struct PlotSize {
  int columns = 80;  // at least 40
  int rows = 20;     // title, axis, ticks and legend included; at least 8
  bool color = false;
};

// One string a row, none wider than `columns`; empty for no points. A mark and a colour per method,
// the points of each of its variants joined by a line; points closer than a few columns (seeds)
// count as their mean there. Where there is a dense trial, its score (mean over seeds) and, for a
// score that is maximized, 95 % of it are drawn across and labelled on the right.
[[nodiscard]] std::vector<std::string> FrontPlot(const std::vector<PlotPoint>& points,
                                                 const std::string& metric, bool maximize,
                                                 const PlotSize& size);

}  // namespace sparsweep::cli
