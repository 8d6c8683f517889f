#include <unistd.h>

#include "cli/commands/commands.h"
#include "cli/commands/failure.h"
#include "cli/commands/outcome.h"
#include "cli/commands/shared_options.h"
#include "cli/connection.h"
#include "cli/follow.h"
#include "cli/output/sweep_tables.h"
#include "cli/output/text.h"
#include "cli/sweep_file.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

void Print(const v1::Sweep& sweep, const char* what, const Invocation& invocation,
           const Console& console) {
  switch (invocation.output) {
    case OutputFormat::kTable:
      console.out << fmt::format("{}: {}, {} trials\n", sweep.name(), what,
                                 std::get<uint64_t>(SweepTable({sweep}).rows[0][2]));
      break;
    case OutputFormat::kCsv:
      console.out << ToCsv(SweepTable({sweep}));
      break;
    case OutputFormat::kJson:
      console.out << ToJsonObject({}, "sweeps", SweepTable({sweep})) << "\n";
      break;
  }
  console.out.flush();
}

int Wait(Client* client, const std::string& sweep, StopSignals* signals,
         const Invocation& invocation, const Console& console) {
  Progress last;
  const auto view = NewProgressView(invocation.output == OutputFormat::kTable, console);
  const auto end = Follow(client, sweep, view.get(), signals, {invocation.timeout, {}}, &last);
  view->Finish();
  if (!end.ok()) return Fail(end.status(), console);
  const std::string where = WhereOption(invocation);
  if (*end == FollowEnd::kSweepEnded) {
    return PrintOutcome(last, "", where, invocation.output, console);
  }
  console.err << fmt::format("sparsweep: {} goes on; see `sparsweep list {}{}`\n", sweep,
                             ShellQuoted(sweep), where);
  return *end == FollowEnd::kTimedOut ? kTimeout : kInterrupted;
}

int Submit(const Invocation& invocation, const Console& console) {
  const auto file = ReadSweepFile(invocation.operands[0]);
  if (!file.ok()) return Fail(file.status(), console);
  StopSignals signals;
  auto connection = Connection::Open(invocation);
  if (!connection.ok()) return Fail(connection.status(), console);
  const bool dry_run = invocation.Has("dry-run");
  if (!connection->outlives_command() && !dry_run) {
    return Fail(absl::UnavailableError(fmt::format(
                    "no coordinator holds {}; use `sparsweep run {}`, or name one with --server "
                    "ADDR",
                    DataDirectory(invocation), invocation.operands[0])),
                console);
  }
  const auto response = SubmitFile(&connection->client(), *file, dry_run);
  if (!response.ok()) return Fail(response.status(), console);
  const bool wait = invocation.Has("wait") && !dry_run;
  if (!wait || invocation.output == OutputFormat::kTable) {
    Print(response->sweep(),
          dry_run                ? "valid, nothing stored"
          : response->attached() ? "exists already, attached"
                                 : "submitted",
          invocation, console);
  }
  if (!wait) return kOk;
  return Wait(&connection->client(), response->sweep().name(), &signals, invocation, console);
}

}  // namespace

Command SubmitCommand() {
  return {"submit",
          "FILE",
          "hand a sweep file to a running coordinator",
          {kServerOption,
           kDataOption,
           {"wait", "", "show its progress and end with it"},
           {"dry-run", "", "check the file, store nothing"},
           kWaitTimeoutOption,
           kOutputOption,
           kHelpOption},
          1,
          1,
          &Submit};
}

}  // namespace sparsweep::cli
