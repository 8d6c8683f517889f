// sparsweep-coordinator: holds the sweeps of a data directory and leases their trials to workers.
#include <signal.h>

#include <iostream>

#include "base/logging.h"
#include "base/status.h"
#include "coordinator/coordinator_process.h"
#include "coordinator/options.h"

namespace {

constexpr int kFailure = 1;
constexpr int kUsage = 2;
constexpr int kConflict = 4;     // another coordinator holds the data
constexpr int kUnavailable = 5;  // address in use

int ExitCode(const absl::Status& status) {
  if (sparsweep::base::ReasonOf(status).reason == "ADDRESS_IN_USE") return kUnavailable;
  if (absl::IsFailedPrecondition(status)) return kConflict;
  return absl::IsInvalidArgument(status) ? kUsage : kFailure;
}

int Fail(const absl::Status& status, int code) {
  std::cerr << "sparsweep-coordinator: " << status.message() << "\n";
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  using sparsweep::coordinator::CoordinatorProcess;
  const auto options = sparsweep::coordinator::ParseOptions(argc, argv, std::cout);
  if (!options.ok()) return Fail(options.status(), kUsage);
  if (!options->has_value()) return 0;
  sparsweep::base::InitLogging("sparsweep-coordinator", (*options)->log_level,
                               (*options)->log_format);
  signal(SIGPIPE, SIG_IGN);
  const auto process = CoordinatorProcess::Start(**options);
  if (!process.ok()) return Fail(process.status(), ExitCode(process.status()));
  (*process)->Run();
  return 0;
}
