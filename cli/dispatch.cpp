#include "cli/dispatch.h"

#include <algorithm>

#include "base/version.h"
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/commands/failure.h"
#include "cli/commands/shared_options.h"
#include "contract/nearest.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

// Options that may stand in front of the command's name, where the command has them.
std::vector<OptionSpec> LeadingOptions() {
  return {kServerOption, kDataOption, kTimeoutOption, kOutputOption};
}

bool IsGiven(const std::vector<std::string>& arguments, std::string_view option) {
  return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
}

}  // namespace

const std::vector<Command>& Commands() {
  static const auto* commands = new std::vector<Command>{
      RunCommand(), SubmitCommand(), ListCommand(), ShowCommand(), FrontCommand(), CancelCommand()};
  return *commands;
}

int Dispatch(const std::vector<std::string>& arguments, const Console& console) {
  const size_t at = FindCommandName(arguments, LeadingOptions());
  if (at == arguments.size()) {
    if (IsGiven(arguments, "--version")) {
      console.out << "sparsweep " << base::kVersion << "\n";
      return kOk;
    }
    const bool help = IsGiven(arguments, "--help") || IsGiven(arguments, "-h");
    (help ? console.out : console.err) << ProgramHelp(Commands());
    return help ? kOk : kUsage;
  }
  std::vector<std::string_view> names;
  const Command* command = nullptr;
  for (const Command& known : Commands()) {
    names.push_back(known.name);
    if (known.name == arguments[at]) command = &known;
  }
  if (command == nullptr) {
    return Fail(
        absl::InvalidArgumentError(fmt::format("unknown command '{}'{}", arguments[at],
                                               contract::NearestHint(arguments[at], names))),
        console);
  }
  std::vector<std::string> rest = arguments;
  rest.erase(rest.begin() + static_cast<ptrdiff_t>(at));
  const auto invocation = ParseInvocation(*command, rest);
  if (!invocation.ok()) return Fail(invocation.status(), console);
  if (invocation->Has("help")) {
    console.out << CommandHelp(*command);
    return kOk;
  }
  return command->run(*invocation, console);
}

}  // namespace sparsweep::cli
