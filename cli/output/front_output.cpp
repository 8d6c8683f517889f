#include "cli/output/front_output.h"

#include "cli/output/sweep_tables.h"

namespace sparsweep::cli {

std::vector<PlotPoint> PlotPoints(const Front& front) {
  std::vector<PlotPoint> points;
  for (const v1::FrontPoint& point : front.points) {
    points.push_back({point.method(), point.remaining_weights(), point.score(), point.variant()});
  }
  return points;
}

void PrintFront(const std::string& sweep, const Front& front, OutputFormat format,
                const Console& console) {
  const Table table = FrontTable(front);
  switch (format) {
    case OutputFormat::kTable:
      console.out << ToText(table);
      break;
    case OutputFormat::kCsv:
      console.out << ToCsv(table);
      break;
    case OutputFormat::kJson:
      console.out << ToJsonObject({{"sweep", sweep}, {"metric", front.metric}}, "points", table)
                  << "\n";
      break;
  }
}

}  // namespace sparsweep::cli
