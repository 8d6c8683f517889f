#include "coordinator/options.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/version.h"

namespace sparsweep::coordinator {
namespace {

namespace po = boost::program_options;

constexpr absl::Duration kShortestLease = absl::Milliseconds(100);
constexpr absl::Duration kLongestLease = absl::Hours(24);

po::options_description Description() {
  po::options_description all(
      "sparsweep-coordinator: holds the sweeps of a data directory and leases their trials.\n\n"
      "Each option may stand in the environment: SPARSWEEP_DATA for --data.\n\nOptions");
  all.add_options()  //
      ("data", po::value<std::string>()->default_value(".sparsweep"),
       "directory of databases and sockets; created with mode 0700")  //
      ("listen", po::value<std::vector<std::string>>()->composing(),
       "unix:/path or host:port; may be repeated; default unix:DATA/run/coordinator.sock")  //
      ("http", po::value<std::string>()->default_value("127.0.0.1:0"),
       "host:port of page and metrics")  //
      ("http-token-file", po::value<std::string>()->default_value(""),
       "holds the page's token; default: a new one each run")  //
      ("endpoint-file", po::value<std::string>()->default_value(""),
       "written with addresses and token once serving; default DATA/endpoint.json")         //
      ("lease-duration", po::value<std::string>()->default_value("60s"), "60s, 2s, 500ms")  //
      ("insecure", po::bool_switch(), "allow plaintext on other than loopback addresses")   //
      ("exit-on-stdin-eof", po::bool_switch(), "stop when standard input ends")             //
      ("log-level", po::value<std::string>()->default_value("info"),
       "debug, info, warning, error")                                                      //
      ("log-format", po::value<std::string>()->default_value("logfmt"), "logfmt or json")  //
      ("help", "this text")("version", "the version");
  return all;
}

// "SPARSWEEP_LEASE_DURATION" → "lease-duration"; empty for what is no option.
std::string OptionOf(const std::string& variable, const po::options_description& known) {
  constexpr std::string_view kPrefix = "SPARSWEEP_";
  if (!variable.starts_with(kPrefix)) return "";
  std::string name = variable.substr(kPrefix.size());
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c == '_' ? '-' : static_cast<char>(std::tolower(c));
  });
  const auto* option = known.find_nothrow(name, false);
  return option != nullptr && option->semantic()->max_tokens() != 0 ? name : "";
}

absl::Status Refuse(const char* option, const std::string& value, const std::string& problem) {
  return absl::InvalidArgumentError(absl::StrCat("--", option, ": '", value, "' ", problem));
}

std::string Absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

absl::StatusOr<Options> FromMap(const po::variables_map& map) {
  const auto text = [&map](const char* name) { return map[name].as<std::string>(); };
  Options options;
  if (text("data").empty()) return Refuse("data", "", "is no directory");
  options.data = Absolute(text("data"));
  if (map.contains("listen")) options.listen = map["listen"].as<std::vector<std::string>>();
  if (options.listen.empty()) {
    options.listen.push_back(absl::StrCat("unix:", options.data, "/run/coordinator.sock"));
  }
  options.http = text("http");
  options.http_token_file = text("http-token-file");
  options.endpoint_file = text("endpoint-file").empty()
                              ? absl::StrCat(options.data, "/endpoint.json")
                              : Absolute(text("endpoint-file"));
  absl::Duration lease;
  if (!absl::ParseDuration(text("lease-duration"), &lease) || lease < kShortestLease ||
      lease > kLongestLease) {
    return Refuse("lease-duration", text("lease-duration"),
                  "is not 100ms to 24h; give a number with its unit, 60s");
  }
  options.lease_duration = absl::ToChronoNanoseconds(lease);
  options.insecure = map["insecure"].as<bool>();
  options.exit_on_stdin_eof = map["exit-on-stdin-eof"].as<bool>();
  if (!base::ParseLogLevel(text("log-level"), &options.log_level).ok()) {
    return Refuse("log-level", text("log-level"), "is not debug, info, warning or error");
  }
  if (text("log-format") != "logfmt" && text("log-format") != "json") {
    return Refuse("log-format", text("log-format"), "is neither logfmt nor json");
  }
  if (text("log-format") == "json") options.log_format = base::LogFormat::kJson;
  return options;
}

}  // namespace

absl::StatusOr<std::optional<Options>> ParseOptions(int argc, const char* const* argv,
                                                    std::ostream& out) {
  const po::options_description known = Description();
  po::variables_map map;
  try {
    const int style =
        po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(argc, argv).options(known).positional({}).style(style).run(),
              map);
    po::store(po::parse_environment(
                  known, [&known](const std::string& name) { return OptionOf(name, known); }),
              map);
    po::notify(map);
  } catch (const po::too_many_positional_options_error&) {
    return absl::InvalidArgumentError("sparsweep-coordinator takes options only; see --help");
  } catch (const po::error& error) {
    return absl::InvalidArgumentError(absl::StrCat(error.what(), "; see --help"));
  }
  if (map.contains("help")) {
    out << known << "\n";
    return std::nullopt;
  }
  if (map.contains("version")) {
    out << "sparsweep-coordinator " << base::kVersion << "\n";
    return std::nullopt;
  }
  auto options = FromMap(map);
  if (!options.ok()) return options.status();
  return *std::move(options);
}

}  // namespace sparsweep::coordinator
