#include "worker/options.h"

#include <limits.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <system_error>

#include <boost/program_options.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/version.h"
#include "worker/rank_address.h"

namespace sparsweep::worker {
namespace {

namespace po = boost::program_options;

po::options_description Description() {
  po::options_description description(
      "sparsweep-worker: runs trials of a coordinator on the slots of this host.\n\n"
      "Usage: sparsweep-worker --coordinator ADDR [options]\n\n"
      "Each option can stand in the environment: SPARSWEEP_CPU_SLOTS for --cpu-slots.\n\nOptions");
  description.add_options()("coordinator", po::value<std::string>(),
                            "unix:/path/to.sock or host:port")(
      "name", po::value<std::string>(), "this worker's name; default: the host's")(
      "directory", po::value<std::string>()->default_value(".sparsweep"),
      "trials live in DIR/trials")(
      "cpu-slots", po::value<std::string>(),
      "trials that run on CPUs at a time; default: 0 beside GPUs, else the number of cores")(
      "no-gpu", po::bool_switch(), "do not look for GPUs")(
      "rank-address", po::value<std::string>(),
      "address of this host on which the ranks of a trial talk to each other, plain and "
      "unauthenticated: give one of a network that only your hosts are on; without it a trial's "
      "ranks run on one worker and talk on 127.0.0.1")(
      "hang-timeout", po::value<std::string>()->default_value("300s"),
      "how long a rank may keep the others of its trial waiting: then all of them end, and the "
      "trial resumes from its checkpoint")("trainer", po::value<std::string>(),
                                           "default: sparsweep-trainer beside this program")(
      "exit-on-stdin-eof", po::bool_switch(), "drain and exit when standard input ends")(
      "log-level", po::value<std::string>()->default_value("info"), "debug, info, warning, error")(
      "log-format", po::value<std::string>()->default_value("logfmt"), "logfmt or json")(
      "help", "this text")("version", "the version");
  return description;
}

// "SPARSWEEP_CPU_SLOTS" → "cpu-slots"; empty for what is no option with a value.
std::string OptionOfVariable(const std::string& variable, const po::options_description& known) {
  for (const auto& option : known.options()) {
    if (option->semantic()->max_tokens() == 0) continue;
    std::string name = "SPARSWEEP_";
    for (const char letter : option->long_name()) {
      name += letter == '-' ? '_' : static_cast<char>(toupper(letter));
    }
    if (name == variable) return option->long_name();
  }
  return "";
}

std::string HostName() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "worker";
}

std::string BesideThisProgram(const std::string& name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / name).string();
}

absl::Status ParseHangTimeout(const std::string& text, Options* options) {
  absl::Duration timeout;
  if (!absl::ParseDuration(text, &timeout) || timeout < absl::Seconds(1) ||
      timeout > absl::Hours(24) || timeout != absl::Trunc(timeout, absl::Seconds(1))) {
    return absl::InvalidArgumentError(
        absl::StrCat("--hang-timeout: '", text, "' is not whole seconds from 1s to 24h"));
  }
  options->hang_timeout = absl::ToChronoSeconds(timeout);
  return absl::OkStatus();
}

absl::StatusOr<Options> FromVariables(const po::variables_map& variables) {
  Options options;
  if (!variables.contains("coordinator")) {
    return absl::InvalidArgumentError(
        "--coordinator is missing; give unix:/path/to.sock or host:port");
  }
  options.coordinator = variables["coordinator"].as<std::string>();
  options.directory = variables["directory"].as<std::string>();
  options.name = variables.contains("name") ? variables["name"].as<std::string>() : HostName();
  if (options.name.empty()) return absl::InvalidArgumentError("--name is empty; leave it out");
  if (variables.contains("cpu-slots")) {
    const std::string& text = variables["cpu-slots"].as<std::string>();
    uint32_t slots = 0;
    if (!absl::SimpleAtoi(text, &slots) || slots > 1024) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cpu-slots: '", text, "' is not a number from 0 to 1024"));
    }
    options.cpu_slots = slots;
  }
  options.use_gpus = !variables["no-gpu"].as<bool>();
  if (variables.contains("rank-address")) {
    options.rank_address = variables["rank-address"].as<std::string>();
    if (const auto free = FreeRendezvous(*options.rank_address); !free.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--rank-address: ", free.status().message()));
    }
  }
  if (absl::Status parsed = ParseHangTimeout(variables["hang-timeout"].as<std::string>(), &options);
      !parsed.ok()) {
    return parsed;
  }
  options.trainer = variables.contains("trainer")
                        ? std::filesystem::absolute(variables["trainer"].as<std::string>()).string()
                        : BesideThisProgram("sparsweep-trainer");
  if (access(options.trainer.c_str(), X_OK) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--trainer: ", options.trainer, " is not a program; give the path of sparsweep-trainer"));
  }
  options.exit_on_stdin_eof = variables["exit-on-stdin-eof"].as<bool>();
  if (absl::Status parsed =
          base::ParseLogLevel(variables["log-level"].as<std::string>(), &options.log_level);
      !parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--log-level: ", parsed.message()));
  }
  const std::string& format = variables["log-format"].as<std::string>();
  if (format != "logfmt" && format != "json") {
    return absl::InvalidArgumentError(
        absl::StrCat("--log-format: '", format, "' is neither logfmt nor json"));
  }
  options.log_format = format == "json" ? base::LogFormat::kJson : base::LogFormat::kLogfmt;
  return options;
}

}  // namespace

absl::StatusOr<std::optional<Options>> ParseOptions(int argc, const char* const* argv,
                                                    std::ostream& out) {
  const po::options_description description = Description();
  po::variables_map variables;
  try {
    // No positional arguments, no abbreviated options.
    po::store(
        po::command_line_parser(argc, argv)
            .options(description)
            .positional({})
            .style(po::command_line_style::default_style & ~po::command_line_style::allow_guessing)
            .run(),
        variables);
    po::store(po::parse_environment(description,
                                    [&description](const std::string& variable) {
                                      return OptionOfVariable(variable, description);
                                    }),
              variables);
    po::notify(variables);
  } catch (const po::too_many_positional_options_error&) {
    return absl::InvalidArgumentError("sparsweep-worker takes options only; see --help");
  } catch (const po::error& error) {
    return absl::InvalidArgumentError(absl::StrCat(error.what(), "; see --help"));
  }
  if (variables.contains("help")) {
    out << description << "\n";
    return std::nullopt;
  }
  if (variables.contains("version")) {
    out << "sparsweep-worker " << base::kVersion << "\n";
    return std::nullopt;
  }
  absl::StatusOr<Options> options = FromVariables(variables);
  if (!options.ok()) return options.status();
  return std::optional<Options>(*std::move(options));
}

}  // namespace sparsweep::worker
