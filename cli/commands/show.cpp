#include "cli/commands/commands.h"
#include "cli/commands/failure.h"
#include "cli/commands/shared_options.h"
#include "cli/connection.h"
#include "cli/output/sweep_tables.h"
#include "contract/trial_spec.h"

namespace sparsweep::cli {
namespace {

void Print(const Fields& fields, const char* rows_name, const Table& rows,
           const Invocation& invocation, const Console& console) {
  switch (invocation.output) {
    case OutputFormat::kTable:
      console.out << ToText(fields);
      if (!rows.rows.empty()) console.out << "\n" << ToText(rows);
      break;
    case OutputFormat::kCsv:
      console.out << ToCsv(rows);
      break;
    case OutputFormat::kJson:
      console.out << ToJsonObject(fields, rows_name, rows) << "\n";
      break;
  }
}

int ShowTrial(Client* client, const Invocation& invocation, const Console& console) {
  const std::string& name = invocation.operands[0];
  const auto trial = client->GetTrial(name);
  if (!trial.ok()) return Fail(trial.status(), console);
  const auto matrices = client->MaskMatrices(name);
  if (!matrices.ok()) return Fail(matrices.status(), console);
  Print(TrialFields(*trial), "matrices", MatrixTable(*matrices), invocation, console);
  return kOk;
}

int ShowSweep(Client* client, const Invocation& invocation, const Console& console) {
  const std::string& name = invocation.operands[0];
  const auto sweep = client->GetSweep(name);
  if (!sweep.ok()) return Fail(sweep.status(), console);
  const auto trials = client->ListTrials(name);
  if (!trials.ok()) return Fail(trials.status(), console);
  Print(SweepFields(*sweep), "trials", TrialTable(*trials, sweep->metric()), invocation, console);
  return kOk;
}

int Show(const Invocation& invocation, const Console& console) {
  auto connection = Connection::Open(invocation);
  if (!connection.ok()) return Fail(connection.status(), console);
  return contract::ParseTrialName(invocation.operands[0]).has_value()
             ? ShowTrial(&connection->client(), invocation, console)
             : ShowSweep(&connection->client(), invocation, console);
}

}  // namespace

Command ShowCommand() {
  return {"show",
          "SWEEP|TRIAL",
          "state and results of a sweep, or of a trial with its masks",
          {kServerOption, kDataOption, kTimeoutOption, kOutputOption, kHelpOption},
          1,
          1,
          &Show};
}

}  // namespace sparsweep::cli
