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
constexpr int kLeastBarColumns = 4;

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

// Shorter than StateName: the column is the last one to be squeezed.
std::string StateWord(v1::TrialState state) {
  return state == v1::TRIAL_STATE_SUCCEEDED ? "done" : StateName(state);
}

// The state, or the stage of a running trial.
std::string DoesNow(const v1::Trial& trial) {
  if (trial.stage().empty() || !IsActive(trial.state())) return StateWord(trial.state());
  return fmt::format("{} {:.0f} %", Printable(trial.stage()),
                     std::floor(trial.stage_share() * 100));
}

std::vector<LiveColumn> Columns(const std::string& metric, int bar_columns, bool color) {
  const auto moves = [](const v1::Trial& trial) {
    return trial.state() == v1::TRIAL_STATE_RUNNING && trial.examples_per_second() > 0;
  };
  return {
      {"trial", false, 0, [](const v1::Trial& t) { return t.name(); }},
      {"method", false, 0,
       [color](const v1::Trial& t) { return Paint(t.method(), StyleOf(t.method()).color, color); }},
      {"target", true, 1, &TargetOf},
      {"", false, 6,
       [=](const v1::Trial& t) {
         return t.state() == v1::TRIAL_STATE_PENDING && t.step() == 0
                    ? ""
                    : Bar(ShareOf(t), bar_columns, color);
       }},
      {"step", true, 2,
       [](const v1::Trial& t) { return fmt::format("{}/{}", t.step(), t.steps()); }},
      {"ex/s", true, 5,
       [moves](const v1::Trial& t) {
         return moves(t) ? fmt::format("{:.0f}", t.examples_per_second()) : "";
       }},
      {"ETA", true, 4,
       [moves](const v1::Trial& t) { return moves(t) ? Duration(t.eta_seconds()) : ""; }},
      {"density", true, 1,
       [](const v1::Trial& t) { return t.has_mask_density() ? Percent(t.mask_density()) : ""; }},
      {metric, true, 0,
       [](const v1::Trial& t) { return t.has_score() ? fmt::format("{:.3f}", t.score()) : ""; }},
      {"state", false, 3,
       [color](const v1::Trial& t) { return Paint(DoesNow(t), ColorOf(t.state()), color); }},
  };
}

struct Layout {
  std::vector<LiveColumn> columns;
  std::vector<int> widths;
  int gap = 2;

  [[nodiscard]] int Width() const {
    return std::accumulate(widths.begin(), widths.end(), 0) +
           gap * (static_cast<int>(widths.size()) - 1);
  }
};

Layout LayoutOf(const Progress& progress, int bar_columns, bool color) {
  Layout layout{Columns(progress.sweep.metric(), bar_columns, color), {}};
  for (const LiveColumn& column : layout.columns) {
    int width = DisplayWidth(column.title);
    for (const v1::Trial& trial : progress.trials) {
      width = std::max(width, DisplayWidth(column.cell(trial)));
    }
    layout.widths.push_back(width);
  }
  return layout;
}

// Narrower gaps first, then a shorter bar, then without the columns that matter least.
Layout LayoutIn(int columns, const Progress& progress, bool color) {
  Layout layout = LayoutOf(progress, kBarColumns, color);
  if (layout.Width() <= columns) return layout;
  layout.gap = 1;
  if (layout.Width() > columns) {
    const int excess = layout.Width() - columns;
    layout = LayoutOf(progress, std::max(kLeastBarColumns, kBarColumns - excess), color);
    layout.gap = 1;
  }
  while (layout.Width() > columns) {
    const auto least = std::max_element(
        layout.columns.begin(), layout.columns.end(),
        [](const LiveColumn& a, const LiveColumn& b) { return a.priority < b.priority; });
    if (least->priority == 0) break;
    layout.widths.erase(layout.widths.begin() + (least - layout.columns.begin()));
    layout.columns.erase(least);
  }
  layout.gap = 2;
  if (layout.Width() > columns) layout.gap = 1;
  return layout;
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
  const Layout layout = LayoutIn(columns, progress, color);
  const bool cut = static_cast<int>(progress.trials.size()) > rows;
  const std::vector<size_t> chosen =
      Chosen(progress.trials, static_cast<size_t>(std::max(0, cut ? rows - 1 : rows)));
  std::vector<std::string> lines;
  const auto add = [&](const std::function<std::string(const LiveColumn&)>& cell) {
    std::string line;
    for (size_t i = 0; i < layout.columns.size(); ++i) {
      const LiveColumn& column = layout.columns[i];
      if (i > 0) line.append(static_cast<size_t>(layout.gap), ' ');
      line += column.right ? PadLeft(cell(column), layout.widths[i])
                           : PadRight(cell(column), layout.widths[i]);
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
