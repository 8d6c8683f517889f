#include "cli/output/front_plot.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "cli/output/braille_canvas.h"
#include "cli/output/method_style.h"
#include "cli/output/plot_axis.h"
#include "cli/output/text.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

constexpr int kRightMargin = 13;  // " dense 0.749"
constexpr int kRowsAround = 4;    // title, axis, tick labels, legend
// Share of the axis within which points of one method are seeds of one setting.
constexpr double kSeedDistance = 0.03;
constexpr double kNearlyDense = 0.95;

// Where a value lies on its axis, 0 to 1.
double OnScore(const Axis& axis, double score) {
  return (score - axis.low) / (axis.high - axis.low);
}
double OnWeights(const Axis& axis, double weights) {
  return std::log(std::max(weights, axis.low) / axis.low) / std::log(axis.high / axis.low);
}

// Cell or dot among `count` of them.
int Place(double share, int count) {
  return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * (count - 1)));
}

struct Level {  // a line across
  double score;
  std::string label;
  char32_t mark;
};

std::string LevelLabel(const char* name, double score) {
  const std::string number =
      std::abs(score) < 1000 ? fmt::format("{:.3f}", score) : fmt::format("{:.4g}", score);
  return Clip(fmt::format("{} {}", name, number), kRightMargin - 1);
}

std::vector<Level> Levels(const std::vector<PlotPoint>& points, bool maximize) {
  double sum = 0;
  int count = 0;
  for (const PlotPoint& point : points) {
    if (point.method != "dense") continue;
    sum += point.score;
    ++count;
  }
  if (count == 0) return {};
  const double dense = sum / count;
  std::vector<Level> levels{{dense, LevelLabel("dense", dense), U'─'}};
  if (maximize && dense > 0) {
    levels.push_back({kNearlyDense * dense, LevelLabel("95 % ", kNearlyDense * dense), U'╌'});
  }
  return levels;
}

using Dots = std::vector<std::pair<double, double>>;  // shares of both axes

// The line of a method and variant: its points from left to right, seeds of one setting as their
// mean.
Dots MethodLine(Dots dots) {
  std::sort(dots.begin(), dots.end());
  Dots line;
  for (size_t first = 0; first < dots.size();) {
    size_t last = first;
    double x = 0;
    double y = 0;
    for (; last < dots.size() && dots[last].first - dots[first].first <= kSeedDistance; ++last) {
      x += dots[last].first;
      y += dots[last].second;
    }
    const auto count = static_cast<double>(last - first);
    line.emplace_back(x / count, y / count);
    first = last;
  }
  return line;
}

void DrawLine(const Dots& dots, const MethodStyle& style, BrailleCanvas* canvas) {
  const int wide = canvas->columns() * 2;
  const int high = canvas->rows() * 4;
  const Dots line = MethodLine(dots);
  for (size_t i = 1; i < line.size(); ++i) {
    canvas->Line(Place(line[i - 1].first, wide), Place(1 - line[i - 1].second, high),
                 Place(line[i].first, wide), Place(1 - line[i].second, high), style.color);
  }
}

// The ticks' labels under the axis, round numbers first where there is no room for all.
std::pair<std::string, std::string> AxisRows(const Axis& axis, int columns, int margin, int limit) {
  std::string labels(static_cast<size_t>(limit - margin), ' ');
  std::vector<bool> ticked(columns, false);
  const auto add = [&](const Tick& tick) {
    const int column = Place(OnWeights(axis, tick.value), columns);
    const int width = static_cast<int>(tick.label.size());
    const int begin = std::clamp(column - width / 2, 0, static_cast<int>(labels.size()) - width);
    for (int i = std::max(0, begin - 1);
         i < std::min(begin + width + 1, static_cast<int>(labels.size())); ++i) {
      if (labels[i] != ' ') return;
    }
    labels.replace(begin, width, tick.label);
    ticked[column] = true;
  };
  for (const std::string first : {"1", "3", "2", "5"}) {
    for (auto tick = axis.ticks.rbegin(); tick != axis.ticks.rend(); ++tick) {
      if (tick->label[tick->label.find_first_not_of("0.")] == first[0]) add(*tick);
    }
  }
  std::string line(static_cast<size_t>(margin - 1), ' ');
  line += "└";
  for (const bool tick : ticked) line += tick ? "┬" : "─";
  labels.erase(labels.find_last_not_of(' ') + 1);
  return {line, std::string(margin, ' ') + labels};
}

}  // namespace

std::vector<std::string> FrontPlot(const std::vector<PlotPoint>& points, const std::string& metric,
                                   bool maximize, const PlotSize& size) {
  if (points.empty()) return {};
  const std::vector<Level> levels = Levels(points, maximize);
  double low = points[0].score;
  double high = low;
  double smallest = 1;
  for (const PlotPoint& point : points) {
    low = std::min(low, point.score);
    high = std::max(high, point.score);
    smallest = std::min(smallest, point.remaining_weights);
  }
  for (const Level& level : levels) low = std::min(low, level.score);

  const int rows = size.rows - kRowsAround;
  const Axis scores = ScoreAxis(low, high, std::clamp(rows / 3, 2, 6));
  const Axis weights = WeightsAxis(smallest);
  int margin = 0;
  for (const Tick& tick : scores.ticks) margin = std::max(margin, DisplayWidth(tick.label) + 2);
  BrailleCanvas canvas(size.columns - margin - (levels.empty() ? 2 : kRightMargin), rows);

  std::map<int, std::string> right;  // labels of the levels by row
  for (const Level& level : levels) {
    const int row = Place(1 - OnScore(scores, level.score), rows);
    for (int column = 0; column < canvas.columns(); ++column) {
      canvas.Mark(column, row, level.mark, Color::kGray);
    }
    const int free = right.contains(row) ? row + 1 : row;
    right[std::min(free, rows - 1)] = level.label;
  }
  std::map<std::string, Dots> methods;
  std::map<std::pair<std::string, std::string>, Dots> lines_of;
  for (const PlotPoint& point : points) {
    const auto& dot = methods[point.method].emplace_back(
        OnWeights(weights, point.remaining_weights), OnScore(scores, point.score));
    lines_of[{point.method, point.variant}].push_back(dot);
  }
  for (const auto& [line, dots] : lines_of) DrawLine(dots, StyleOf(line.first), &canvas);
  for (const auto& [method, dots] : methods) {
    for (const auto& [x, y] : dots) {
      canvas.Mark(Place(x, canvas.columns()), Place(1 - y, rows), StyleOf(method).mark,
                  StyleOf(method).color);
    }
  }

  std::map<int, std::string> left;
  for (const Tick& tick : scores.ticks) {
    left[Place(1 - OnScore(scores, tick.value), rows)] = tick.label;
  }
  std::vector<std::string> lines{
      Clip(fmt::format("{} against remaining weights", metric), size.columns)};
  for (int row = 0; row < rows; ++row) {
    const bool tick = left.contains(row);
    std::string line = PadLeft(tick ? left[row] : "", margin - 2) + (tick ? " ┤" : " │") +
                       canvas.Row(row, size.color);
    if (right.contains(row)) {
      line += ' ';
      line += Paint(right[row], Color::kGray, size.color);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(line);
  }
  const auto [axis, labels] = AxisRows(weights, canvas.columns(), margin, size.columns);
  lines.push_back(axis);
  lines.push_back(labels);
  std::string legend(margin, ' ');
  for (const auto& [method, dots] : methods) {
    const MethodStyle style = StyleOf(method);
    legend += Paint(Utf8(style.mark), style.color, size.color) + " " + method + "  ";
  }
  legend.erase(legend.find_last_not_of(' ') + 1);
  lines.push_back(Clip(legend, size.columns));
  return lines;
}

}  // namespace sparsweep::cli
