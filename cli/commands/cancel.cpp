#include "cli/commands/commands.h"
#include "cli/commands/failure.h"
#include "cli/commands/shared_options.h"
#include "cli/connection.h"
#include "cli/output/sweep_tables.h"
#include "cli/progress.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

int Cancel(const Invocation& invocation, const Console& console) {
  auto connection = Connection::Open(invocation);
  if (!connection.ok()) return Fail(connection.status(), console);
  const auto sweep = connection->client().CancelSweep(invocation.operands[0]);
  if (!sweep.ok()) return Fail(sweep.status(), console);
  switch (invocation.output) {
    case OutputFormat::kTable:
      console.out << fmt::format("{}: {}, {} trials canceled, {} succeeded\n", sweep->name(),
                                 StateName(sweep->state()), sweep->counts().canceled(),
                                 sweep->counts().succeeded());
      break;
    case OutputFormat::kCsv:
      console.out << ToCsv(SweepTable({*sweep}));
      break;
    case OutputFormat::kJson:
      console.out << ToJsonObject({}, "sweeps", SweepTable({*sweep})) << "\n";
      break;
  }
  return kOk;
}

}  // namespace

Command CancelCommand() {
  return {"cancel",
          "SWEEP",
          "end every trial of a sweep that has not ended",
          {kServerOption, kDataOption, kTimeoutOption, kOutputOption, kHelpOption},
          1,
          1,
          &Cancel};
}

}  // namespace sparsweep::cli
