// A sweep file on its way to the coordinator, which alone parses it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/client.h"

namespace sparsweep::cli {

struct SweepFile {
  std::string path;  // as given
  std::string yaml;
  std::string folder;  // absolute: what relative paths in it resolve against
};

// NOT_FOUND, PERMISSION_DENIED; INVALID_ARGUMENT for more than 1 MiB, a folder, no UTF-8.
[[nodiscard]] absl::StatusOr<SweepFile> ReadSweepFile(const std::string& path);

// Errors name the file, and where they have one, line and column; the same name with other content
// (ALREADY_EXISTS) comes with its remedies.
[[nodiscard]] absl::StatusOr<v1::SubmitSweepResponse> SubmitFile(Client* client,
                                                                 const SweepFile& file,
                                                                 bool validate_only);

}  // namespace sparsweep::cli
