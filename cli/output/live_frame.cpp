#include "cli/output/live_frame.h"

#include <algorithm>
#include <cmath>

#include "cli/output/front_output.h"
#include "cli/output/text.h"
#include "cli/output/trial_rows.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

constexpr int kPlotRows = 16;       // wanted
constexpr int kLeastPlotRows = 10;  // below that it says nothing
constexpr int kLeastTrialRows = 4;
constexpr int kRowsAround = 5;  // head, titles, blank, total bar, the row the cursor stands on

std::string Head(const Progress& progress, bool color) {
  const v1::TrialCounts& counts = progress.sweep.counts();
  std::string text =
      Paint(progress.sweep.name(), Color::kBold, color) +
      fmt::format("  {}  {} of {} trials", StateName(progress.sweep.state()),
                  counts.succeeded() + counts.failed() + counts.canceled(), progress.trials.size());
  if (counts.failed() > 0) {
    text += Paint(fmt::format("  {} failed", counts.failed()), Color::kRed, color);
  }
  return text;
}

std::string Total(const Progress& progress, int columns, bool color) {
  double rate = 0;
  for (const v1::Trial& trial : progress.trials) {
    if (IsActive(trial.state())) rate += trial.examples_per_second();
  }
  const Steps steps = StepsOf(progress.trials);
  const double share =
      steps.total > 0 ? static_cast<double>(steps.done) / static_cast<double>(steps.total) : 0;
  const std::string text =
      fmt::format(" {:3.0f} %  {:.0f} ex/s  {} elapsed  ETA {}", std::floor(share * 100), rate,
                  Duration(progress.elapsed_seconds), Duration(progress.eta_seconds));
  return Bar(share, std::clamp(columns - DisplayWidth(text), 8, 40), color) + text;
}

}  // namespace

std::vector<std::string> LiveFrame(const Progress& progress, const TerminalSize& size, bool color) {
  const int free = std::max(1, size.rows - kRowsAround);
  const int trials = static_cast<int>(progress.trials.size());
  // The plot takes what the table leaves, or pushes the table together where there are many trials.
  const int table_least = std::min(trials, kLeastTrialRows);
  int plot_rows = std::clamp(free - trials - 1, 0, kPlotRows);
  if (plot_rows < kLeastPlotRows) plot_rows = std::min(kPlotRows, free - table_least - 1);
  if (plot_rows < kLeastPlotRows || size.columns < 40 || progress.front.points.empty()) {
    plot_rows = 0;
  }
  const int table_rows = plot_rows == 0 ? free : free - plot_rows - 1;

  std::vector<std::string> lines{Head(progress, color)};
  const auto rows = TrialRows(progress, size.columns, table_rows, color);
  lines.insert(lines.end(), rows.begin(), rows.end());
  lines.emplace_back();
  lines.push_back(Total(progress, size.columns, color));
  if (plot_rows > 0) {
    lines.emplace_back();
    const auto plot = FrontPlot(PlotPoints(progress.front), progress.front.metric,
                                progress.front.maximize, {size.columns, plot_rows, color});
    lines.insert(lines.end(), plot.begin(), plot.end());
  }
  lines.resize(std::min<size_t>(lines.size(), std::max(1, size.rows - 1)));
  for (std::string& line : lines) line = Clip(line, size.columns);
  return lines;
}

}  // namespace sparsweep::cli
