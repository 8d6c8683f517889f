#include "trainer/commands.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "ATen/Parallel.h"
#include "contract/trainer_error.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/verify/case_folders.h"
#include "pruning_core/verify/replay.h"
#include "trainer/device.h"
#include "trainer/error_file.h"
#include "trainer/failure.h"
#include "trainer/verify_report.h"

namespace sparsweep::trainer {
namespace {

constexpr int kBeyond = 1;

struct Options {
  std::vector<std::string> directories;
  bool json = false;
  std::string device = "cpu";
};

Options ParseOptions(std::span<const std::string_view> arguments) {
  Options options;
  const auto refuse = [](std::string_view value, const std::string& problem) {
    throw core::UserError(
        "BAD_ARGUMENT", "verify", std::string(value),
        "verify: " + problem +
            "; usage: sparsweep-trainer verify DIR... [--json] [--device cpu|cuda]");
  };
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--json") {
      options.json = true;
    } else if (argument == "--device") {
      if (++i == arguments.size()) refuse(argument, "--device needs cpu or cuda");
      options.device = arguments[i];
    } else if (argument.starts_with("--")) {
      refuse(argument, fmt::format("unknown option '{}'", argument));
    } else {
      options.directories.emplace_back(argument);
    }
  }
  if (options.directories.empty()) refuse("", "no folder given");
  if (options.device != "cpu" && options.device != "cuda") {
    refuse(options.device, fmt::format("--device: '{}' is neither cpu nor cuda", options.device));
  }
  return options;
}

// Prints one case; nullopt when the folder is wrong, which is printed too.
std::optional<bool> VerifyCase(const std::string& directory, const Options& options,
                               nlohmann::ordered_json& all) {
  try {
    const core::ReplayReport report = core::Replay(directory, at::Device(options.device));
    if (options.json) {
      all["cases"].push_back(ReportJson(directory, report));
    } else {
      std::fputs(ReportText(directory, report).c_str(), stdout);
      std::fflush(stdout);
    }
    return report.within();
  } catch (...) {
    const contract::TrainerError error = CurrentFailure(-1);
    if (error.failure_class != contract::FailureClass::kUser) throw;
    ReportFailure("", error);
    if (options.json) {
      all["errors"].push_back({{"case", directory},
                               {"reason", error.reason},
                               {"field", error.field},
                               {"value", error.value},
                               {"message", error.message}});
    }
    return std::nullopt;
  }
}

}  // namespace

int Verify(std::span<const std::string_view> arguments) {
  try {
    const Options options = ParseOptions(arguments);
    RequireDevice(options.device, "--device");
    at::set_num_threads(1);
    nlohmann::ordered_json all = {{"within", true},
                                  {"cases", nlohmann::ordered_json::array()},
                                  {"errors", nlohmann::ordered_json::array()}};
    bool within = true;
    bool wrong = false;
    for (const std::string& directory : core::CaseFolders(options.directories)) {
      const std::optional<bool> result = VerifyCase(directory, options, all);
      within = within && result.value_or(true);
      wrong = wrong || !result;
    }
    all["within"] = within && !wrong;
    // A folder's name may be any bytes.
    constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
    if (options.json) std::puts(all.dump(-1, ' ', false, kReplace).c_str());
    if (wrong) return contract::ExitCode(contract::FailureClass::kUser);
    return within ? 0 : kBeyond;
  } catch (...) {
    return ReportFailure("", CurrentFailure(-1));
  }
}

}  // namespace sparsweep::trainer
