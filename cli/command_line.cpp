#include "cli/command_line.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "absl/status/status.h"
#include "boost/program_options.hpp"
#include "cli/exit_code.h"
#include "cli/output/text.h"
#include "contract/nearest.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

namespace po = boost::program_options;

constexpr char kOperands[] = "operands";
// Boost may otherwise take --dat for --data, which breaks when another option is added.
constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

po::options_description Describe(const std::vector<OptionSpec>& options) {
  po::options_description described;
  for (const OptionSpec& option : options) {
    std::string names(option.name);
    if (option.letter != 0) names += fmt::format(",{}", option.letter);
    if (option.value.empty()) {
      described.add_options()(names.c_str(), "");
    } else {
      described.add_options()(names.c_str(), po::value<std::string>(), "");
    }
  }
  return described;
}

absl::StatusOr<std::chrono::milliseconds> ParseTimeout(const std::string& text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds > 0) || seconds > 1e7) {
    return absl::InvalidArgumentError(
        fmt::format("--timeout: '{}' is no number of seconds above 0; e.g. --timeout 60", text));
  }
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

absl::Status UnknownOption(const Command& command, std::string_view given) {
  std::vector<std::string> names;
  for (const OptionSpec& option : command.options)
    names.push_back(fmt::format("--{}", option.name));
  const std::vector<std::string_view> known(names.begin(), names.end());
  return absl::InvalidArgumentError(fmt::format("unknown option '{}' of {}{}", given, command.name,
                                                contract::NearestHint(given, known)));
}

// Only what the command line leaves open: a flag also beats the variable of what it excludes.
void FillFromEnvironment(const std::vector<OptionSpec>& options, Invocation* invocation) {
  for (const OptionSpec& option : options) {
    if (option.variable.empty() || invocation->Has(option.name) ||
        (!option.excludes.empty() && invocation->Has(option.excludes))) {
      continue;
    }
    const char* value = std::getenv(std::string(option.variable).c_str());
    if (value != nullptr && *value != 0) invocation->options[std::string(option.name)] = value;
  }
}

std::string OptionLine(const OptionSpec& option) {
  std::string names = option.letter == 0 ? fmt::format("    --{}", option.name)
                                         : fmt::format("-{}, --{}", option.letter, option.name);
  if (!option.value.empty()) names += fmt::format(" {}", option.value);
  std::string line = fmt::format("  {} {}", PadRight(names, 24), option.text);
  if (!option.variable.empty()) line += fmt::format(" [{}]", option.variable);
  return line + "\n";
}

}  // namespace

size_t FindCommandName(const std::vector<std::string>& arguments,
                       const std::vector<OptionSpec>& options) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument.empty() || argument[0] != '-') return i;
    for (const OptionSpec& option : options) {
      const bool named = argument == fmt::format("--{}", option.name) ||
                         (option.letter != 0 && argument == std::string{'-', option.letter});
      if (named && !option.value.empty()) ++i;  // its value stands behind it
    }
  }
  return arguments.size();
}

absl::StatusOr<Invocation> ParseInvocation(const Command& command,
                                           const std::vector<std::string>& arguments) {
  po::options_description described = Describe(command.options);
  described.add_options()(kOperands, po::value<std::vector<std::string>>(), "");
  po::positional_options_description positional;
  positional.add(kOperands, -1);
  po::variables_map values;
  try {
    po::store(po::command_line_parser(arguments)
                  .options(described)
                  .positional(positional)
                  .style(kStyle)
                  .run(),
              values);
  } catch (const po::unknown_option& error) {
    return UnknownOption(command, error.get_option_name());
  } catch (const po::error& error) {
    return absl::InvalidArgumentError(
        fmt::format("{}; see `sparsweep {} --help`", error.what(), command.name));
  }

  Invocation invocation;
  for (const OptionSpec& option : command.options) {
    const std::string name(option.name);
    if (values.count(name) == 0) continue;
    if (!option.excludes.empty() && values.count(std::string(option.excludes)) > 0) {
      return absl::InvalidArgumentError(
          fmt::format("--{} and --{} exclude each other; give one", name, option.excludes));
    }
    invocation.options[name] = option.value.empty() ? "" : values[name].as<std::string>();
  }
  FillFromEnvironment(command.options, &invocation);
  if (values.count(kOperands) > 0) {
    invocation.operands = values[kOperands].as<std::vector<std::string>>();
  }
  if (invocation.Has("help")) return invocation;
  if (invocation.operands.size() < command.min_operands ||
      invocation.operands.size() > command.max_operands) {
    return absl::InvalidArgumentError(
        fmt::format("usage: sparsweep {0} {1} [options]; see `sparsweep {0} --help`", command.name,
                    command.operands));
  }
  if (invocation.Has("output")) {
    const auto format = ParseOutputFormat(invocation.Value("output"));
    if (!format.ok()) return format.status();
    invocation.output = *format;
  }
  if (invocation.Has("timeout")) {
    const auto timeout = ParseTimeout(invocation.Value("timeout"));
    if (!timeout.ok()) return timeout.status();
    invocation.timeout = *timeout;
  }
  return invocation;
}

std::string CommandHelp(const Command& command) {
  std::string help =
      fmt::format("Usage: sparsweep {} {}{}[options]\n\n{}\n\nOptions:\n", command.name,
                  command.operands, command.operands.empty() ? "" : " ", command.summary);
  for (const OptionSpec& option : command.options) help += OptionLine(option);
  return help;
}

std::string ProgramHelp(const std::vector<Command>& commands) {
  std::string help =
      "Usage: sparsweep COMMAND [options]\n\n"
      "Sweeps of movement pruning: score against remaining weights.\n\nCommands:\n";
  for (const Command& command : commands) {
    const std::string call = fmt::format("{} {}", command.name, command.operands);
    help += fmt::format("  {} {}\n", PadRight(call, 20), command.summary);
  }
  help += fmt::format(
      "\n`sparsweep COMMAND --help` lists a command's options; --version prints the version.\n"
      "Exit codes: {} done, {} failure, {} usage or wrong sweep file, {} not found, {} conflict,\n"
      "{} unavailable, {} timeout, {} ended by Ctrl-C. NO_COLOR turns colours off.\n",
      int{kOk}, int{kFailure}, int{kUsage}, int{kNotFound}, int{kConflict}, int{kUnavailable},
      int{kTimeout}, int{kInterrupted});
  return help;
}

}  // namespace sparsweep::cli
