#include "cli/commands/commands.h"
#include "cli/commands/failure.h"
#include "cli/commands/shared_options.h"
#include "cli/connection.h"
#include "cli/output/sweep_tables.h"

namespace sparsweep::cli {
namespace {

void Print(const Table& table, const Fields& fields, const char* rows_name,
           const Invocation& invocation, const Console& console) {
  switch (invocation.output) {
    case OutputFormat::kTable:
      console.out << ToText(table);
      break;
    case OutputFormat::kCsv:
      console.out << ToCsv(table);
      break;
    case OutputFormat::kJson:
      console.out << ToJsonObject(fields, rows_name, table) << "\n";
      break;
  }
}

int List(const Invocation& invocation, const Console& console) {
  auto connection = Connection::Open(invocation);
  if (!connection.ok()) return Fail(connection.status(), console);
  if (invocation.operands.empty()) {
    const auto sweeps = connection->client().ListSweeps();
    if (!sweeps.ok()) return Fail(sweeps.status(), console);
    Print(SweepTable(*sweeps), {}, "sweeps", invocation, console);
    return kOk;
  }
  const std::string& name = invocation.operands[0];
  const auto sweep = connection->client().GetSweep(name);
  if (!sweep.ok()) return Fail(sweep.status(), console);
  const auto trials = connection->client().ListTrials(name);
  if (!trials.ok()) return Fail(trials.status(), console);
  Print(TrialTable(*trials, sweep->metric()), {{"sweep", name}}, "trials", invocation, console);
  return kOk;
}

}  // namespace

Command ListCommand() {
  return {"list",
          "[SWEEP]",
          "sweeps, or the trials of one",
          {kServerOption, kDataOption, kTimeoutOption, kOutputOption, kHelpOption},
          0,
          1,
          &List};
}

}  // namespace sparsweep::cli
