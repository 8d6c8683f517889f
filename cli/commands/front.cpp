#include <unistd.h>

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/commands/failure.h"
#include "cli/commands/shared_options.h"
#include "cli/connection.h"
#include "cli/output/front_output.h"

namespace sparsweep::cli {
namespace {

constexpr int kPlotRows = 20;

int PrintFrontOf(const Invocation& invocation, const Console& console) {
  auto connection = Connection::Open(invocation);
  if (!connection.ok()) return Fail(connection.status(), console);
  const std::string& sweep = invocation.operands[0];
  const auto front = connection->client().GetFront(sweep);
  if (!front.ok()) return Fail(front.status(), console);
  PrintFront(sweep, *front, invocation.output, console);
  if (invocation.output == OutputFormat::kTable && console.out_is_terminal) {
    const int columns = std::max(40, SizeOfTerminal(STDOUT_FILENO).columns);
    console.out << "\n";
    for (const std::string& line : FrontPlot(PlotPoints(*front), front->metric, front->maximize,
                                             {columns, kPlotRows, console.color})) {
      console.out << line << "\n";
    }
  }
  return kOk;
}

}  // namespace

Command FrontCommand() {
  return {"front",
          "SWEEP",
          "score against remaining weights of every finished trial",
          {kServerOption, kDataOption, kTimeoutOption, kOutputOption, kHelpOption},
          1,
          1,
          &PrintFrontOf};
}

}  // namespace sparsweep::cli
