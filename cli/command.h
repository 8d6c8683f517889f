// What a command is, and one call of it as parsed from the command line.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "cli/output/table.h"

namespace sparsweep::cli {

struct OptionSpec {
  std::string_view name;           // "data"
  std::string_view value;          // "DIR"; empty for a flag
  std::string_view text;           // for --help
  std::string_view variable = {};  // environment variable that stands in for it
  char letter = 0;                 // 'o' for -o
  std::string_view excludes = {};  // an option that must not be given beside it
};

struct Invocation;

struct Command {
  std::string_view name;
  std::string_view operands;  // "FILE", "[SWEEP]"
  std::string_view summary;   // one line
  std::vector<OptionSpec> options;
  size_t min_operands = 0;
  size_t max_operands = 0;
  // Returns the exit code; says on console.err why it is not 0.
  std::function<int(const Invocation&, const Console&)> run;
};

// Values of options are those of the command line, else of the environment.
struct Invocation {
  std::vector<std::string> operands;
  std::map<std::string, std::string, std::less<>> options;  // a flag is present with ""
  OutputFormat output = OutputFormat::kTable;
  std::optional<std::chrono::milliseconds> timeout;

  [[nodiscard]] bool Has(std::string_view name) const { return options.contains(name); }
  // The empty string when it was not given.
  [[nodiscard]] std::string Value(std::string_view name) const {
    const auto found = options.find(name);
    return found == options.end() ? "" : found->second;
  }
};

}  // namespace sparsweep::cli
