#include "cli/output/trial_rows.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "cli/output/method_style.h"
#include "cli/output/text.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

constexpr int kBarColumns = 10;

struct LiveColumn {
  std::string title;
  bool right;    // aligned
  int priority;  // the highest goes first where the terminal is narrow
  std::function<std::string(const v1::Trial&)> cell;
};

Color ColorOf(v1::TrialState state) {
  switch (state) {
    case v1::TRIAL_STATE_RUNNING:
      return Color::kCyan;
    case v1::TRIAL_STATE_SUCCEEDED:
      return Color::kGreen;
    case v1::TRIAL_STATE_FAILED:
      return Color::kRed;
    default:
      return Color::kGray;
  }
}

double ShareOf(const v1::Trial& trial) {
  if (trial.steps() <= 0) return 0;
  return static_cast<double>(trial.step()) / static_cast<double>(trial.steps());
}

std::vector<LiveColumn> Columns(const std::string& metric, bool color) {
  const auto running = [](const v1::Trial& trial) {
    return trial.state() == v1::TRIAL_STATE_RUNNING;
  };
  return {
      {"trial", false, 0, [](const v1::Trial& t) { return t.name(); }},
      {"method", false, 0,
       [color](const v1::Trial& t) { return Paint(t.method(), StyleOf(t.method()).color, color); }},
      {"target", true, 1, &TargetOf},
      {"", false, 6,
       [color](const v1::Trial& t) {
         return t.state() == v1::TRIAL_STATE_PENDING && t.step() == 0
                    ? ""
                    : Bar(ShareOf(t), kBarColumns, color);
       }},
      {"step", true, 2,
       [](const v1::Trial& t) { return fmt::format("{}/{}", t.step(), t.steps()); }},
      {"ex/s", true, 5,
       [running](const v1::Trial& t) {
         return running(t) && t.examples_per_second() > 0
                    ? fmt::format("{:.0f}", t.examples_per_second())
                    : "";
       }},
      {"ETA", true, 4,
       [running](const v1::Trial& t) {
         return running(t) && t.examples_per_second() > 0 ? Duration(t.eta_seconds()) : "";
       }},
      {"density", true, 1,
       [](const v1::Trial& t) { return t.has_mask_density() ? Percent(t.mask_density()) : ""; }},
      {metric, true, 0,
       [](const v1::Trial& t) { return t.has_score() ? fmt::format("{:.3f}", t.score()) : ""; }},
      {"state", false, 3,
       [color](const v1::Trial& t) {
         return Paint(StateName(t.state()), ColorOf(t.state()), color);
       }},
  };
}

// Which trials to show, in the order of the plan.
std::vector<size_t> Chosen(const std::vector<v1::Trial>& trials, size_t rows) {
  std::vector<size_t> order(trials.size());
  std::iota(order.begin(), order.end(), 0);
  if (trials.size() <= rows) return order;
  const auto rank = [&](size_t i) {
    if (IsActive(trials[i].state())) return 0;
    return HasEnded(trials[i].state()) ? 1 : 2;
  };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    // The newest results, but the next ones to run.
    return rank(a) == 1 ? a > b : a < b;
  });
  order.resize(rows);
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace

std::string Bar(double share, int columns, bool color) {
  const int eighths =
      static_cast<int>(std::floor(std::clamp(share, 0.0, 1.0) * columns * 8 + 1e-9));
  std::string full;
  for (int i = 0; i < eighths / 8; ++i) full += "█";
  if (eighths % 8 > 0) full += Utf8(U'█' + 8 - eighths % 8);
  std::string rest;
  for (int i = (eighths + 7) / 8; i < columns; ++i) rest += "─";
  return Paint(full, full.empty() ? Color::kNone : Color::kGreen, color) +
         Paint(rest, rest.empty() ? Color::kNone : Color::kGray, color);
}

std::vector<std::string> TrialRows(const Progress& progress, int columns, int rows, bool color) {
  std::vector<LiveColumn> shown = Columns(progress.sweep.metric(), color);
  const bool cut = static_cast<int>(progress.trials.size()) > rows;
  const std::vector<size_t> chosen =
      Chosen(progress.trials, static_cast<size_t>(std::max(0, cut ? rows - 1 : rows)));
  std::vector<int> widths;
  for (const LiveColumn& column : shown) {
    int width = DisplayWidth(column.title);
    for (const v1::Trial& trial : progress.trials) {
      width = std::max(width, DisplayWidth(column.cell(trial)));
    }
    widths.push_back(width);
  }
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), 0) + 2 * static_cast<int>(widths.size()) -
           2;
  };
  while (total() > columns) {
    const auto least = std::max_element(
        shown.begin(), shown.end(),
        [](const LiveColumn& a, const LiveColumn& b) { return a.priority < b.priority; });
    if (least->priority == 0) break;
    widths.erase(widths.begin() + (least - shown.begin()));
    shown.erase(least);
  }

  std::vector<std::string> lines;
  const auto add = [&](const std::function<std::string(const LiveColumn&)>& cell) {
    std::string line;
    for (size_t i = 0; i < shown.size(); ++i) {
      if (i > 0) line += "  ";
      line +=
          shown[i].right ? PadLeft(cell(shown[i]), widths[i]) : PadRight(cell(shown[i]), widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(line);
  };
  add([](const LiveColumn& column) { return column.title; });
  for (const size_t i : chosen) {
    add([&](const LiveColumn& column) { return column.cell(progress.trials[i]); });
  }
  if (cut) lines.push_back(fmt::format("… {} more trials", progress.trials.size() - chosen.size()));
  return lines;
}

}  // namespace sparsweep::cli
