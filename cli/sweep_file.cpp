#include "cli/sweep_file.h"

#include <filesystem>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "base/file.h"
#include "base/status.h"

namespace sparsweep::cli {
namespace {

constexpr uint64_t kMaxBytes = 1 << 20;

// The coordinator knows the file's content, not its name: "sweep.yaml:3:7: …" becomes
// "path/to/quickstart.yaml:3:7: …".
std::string InFile(const std::string& path, const absl::Status& status) {
  const std::string message(status.message());
  const auto metadata = base::ReasonOf(status).metadata;
  const auto named = metadata.find("file");
  if (named != metadata.end() && message.starts_with(named->second + ":")) {
    return path + message.substr(named->second.size());
  }
  return absl::StrCat(path, ": ", message);
}

}  // namespace

absl::StatusOr<SweepFile> ReadSweepFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": a folder; name the sweep file in it, e.g. ", path, "/sweep.yaml"));
  }
  auto yaml = base::ReadFile(path, kMaxBytes);
  if (absl::IsResourceExhausted(yaml.status())) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": longer than 1 MiB: no sweep file"));
  }
  if (!yaml.ok()) return yaml.status();
  const auto folder = std::filesystem::absolute(path).lexically_normal().parent_path();
  return SweepFile{path, *std::move(yaml), folder.string()};
}

absl::StatusOr<v1::SubmitSweepResponse> SubmitFile(Client* client, const SweepFile& file,
                                                   bool validate_only) {
  auto response = client->Submit(file.yaml, file.folder, validate_only);
  if (absl::IsInvalidArgument(response.status())) {
    return absl::InvalidArgumentError(InFile(file.path, response.status()));
  }
  if (absl::IsAlreadyExists(response.status())) {
    return absl::AlreadyExistsError(absl::StrCat(
        file.path, ": ", response.status().message(),
        "; give it another `name:` in the file, or keep both apart with another --data DIR"));
  }
  return response;
}

}  // namespace sparsweep::cli
