#include "cli/commands/outcome.h"

#include "absl/strings/str_cat.h"

#include "cli/connection.h"
#include "cli/exit_code.h"
#include "cli/output/front_output.h"
#include "cli/output/sweep_tables.h"
#include "cli/output/text.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

// The trial whose show and model are the best examples: the highest score.
const v1::FrontPoint* Best(const Front& front) {
  const v1::FrontPoint* best = nullptr;
  for (const v1::FrontPoint& point : front.points) {
    if (best == nullptr ||
        (front.maximize ? point.score() > best->score() : point.score() < best->score())) {
      best = &point;
    }
  }
  return best;
}

void PrintPlaces(const Progress& progress, const std::string& best,
                 const std::string& data_directory, const Console& console) {
  console.out << "\n";
  if (!data_directory.empty()) {
    console.out << fmt::format("database  {0}/sparsweep.db\nmasks     {0}/masks.db\n",
                               data_directory);
  }
  for (const v1::Trial& trial : progress.trials) {
    if (trial.name() != best || trial.directory().empty()) continue;
    console.out << fmt::format("models    {}/model and likewise for each trial\n",
                               trial.directory());
  }
}

void PrintNext(const Progress& progress, const std::string& best, const std::string& where,
               const Console& console) {
  const std::string sweep = ShellQuoted(progress.sweep.name());
  console.out << fmt::format(
      "\nnext:\n  sparsweep front {0}{2} -o json\n  sparsweep show {1}{2}\n"
      "  sparsweep list {0}{2} -o csv\n",
      sweep, best.empty() ? sweep : best, where);
}

}  // namespace

int PrintOutcome(const Progress& progress, const std::string& data_directory,
                 const std::string& where, OutputFormat output, const Console& console) {
  const v1::Sweep& sweep = progress.sweep;
  if (sweep.state() == v1::SWEEP_STATE_REJECTED) {
    console.err << fmt::format(
        "sparsweep: {}: rejected: {}; once that is mended give the sweep another name\n",
        sweep.name(), Printable(sweep.error()));
    return kFailure;
  }
  const v1::FrontPoint* best = Best(progress.front);
  const std::string best_trial = best == nullptr ? "" : best->trial();
  if (output != OutputFormat::kTable) {
    PrintFront(sweep.name(), progress.front, output, console);
  } else {
    if (best != nullptr) {
      console.out << fmt::format("\nfront of {}\n", sweep.name());
      PrintFront(sweep.name(), progress.front, output, console);
    }
    PrintPlaces(progress, best_trial, data_directory, console);
    PrintNext(progress, best_trial, where, console);
  }
  console.out.flush();
  const Table failures = FailureTable(progress.trials);
  if (!failures.rows.empty()) {
    console.err << fmt::format("\nsparsweep: {}: {} of {} trials failed\n", sweep.name(),
                               failures.rows.size(), progress.trials.size())
                << ToText(failures);
    return kFailure;
  }
  if (sweep.state() != v1::SWEEP_STATE_SUCCEEDED) {
    console.err << fmt::format("sparsweep: {}: {}\n", sweep.name(), StateName(sweep.state()));
    return kFailure;
  }
  return kOk;
}

std::string ShellQuoted(const std::string& word) {
  constexpr char kPlain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char byte : word) {
    if (byte == '\'') {
      quoted += "'\\''";
    } else {
      quoted += byte;
    }
  }
  return quoted + "'";
}

std::string WhereOption(const Invocation& invocation) {
  if (invocation.Has("server")) {
    return absl::StrCat(" --server ", ShellQuoted(invocation.Value("server")));
  }
  const std::string data = invocation.Value("data");
  if (data.empty() || data == kDefaultData) return "";
  return absl::StrCat(" --data ", ShellQuoted(data));
}

}  // namespace sparsweep::cli
