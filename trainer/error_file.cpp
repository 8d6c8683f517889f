#include "trainer/error_file.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/file.h"

namespace sparsweep::trainer {

int ReportFailure(const std::string& directory, const contract::TrainerError& error) {
  fmt::print(stderr, "sparsweep-trainer: {}\n", error.message);
  if (!directory.empty()) {
    const absl::Status status =
        base::WriteFileAtomically(directory + "/error.json", contract::ToJson(error) + "\n");
    if (!status.ok()) {
      fmt::print(stderr, "sparsweep-trainer: {}\n", std::string(status.message()));
    }
  }
  return contract::ExitCode(error.failure_class);
}

}  // namespace sparsweep::trainer
