#include "cli/sweep_file.h"

#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "base/file.h"
#include "base/utf8.h"

namespace sparsweep::cli {
namespace {

constexpr uint64_t kMaxBytes = 1 << 20;

// With the file's name in front, where the coordinator has not put it there with line and column.
std::string InFile(const std::string& path, const absl::Status& status) {
  std::string message(status.message());
  return message.starts_with(path + ":") ? message : absl::StrCat(path, ": ", message);
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
  if (base::ValidUtf8(*yaml) != *yaml) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not UTF-8 text; save it as UTF-8"));
  }
  const auto folder = std::filesystem::absolute(path).lexically_normal().parent_path();
  return SweepFile{path, *std::move(yaml), folder.string()};
}

absl::StatusOr<v1::SubmitSweepResponse> SubmitFile(Client* client, const SweepFile& file,
                                                   bool validate_only) {
  v1::SubmitSweepRequest request;
  request.set_yaml(file.yaml);
  request.set_base_directory(file.folder);
  request.set_file_name(file.path);
  request.set_validate_only(validate_only);
  auto response = client->Submit(std::move(request));
  if (absl::IsInvalidArgument(response.status())) {
    return absl::InvalidArgumentError(InFile(file.path, response.status()));
  }
  if (absl::IsAlreadyExists(response.status())) {
    return absl::AlreadyExistsError(
        absl::StrCat(InFile(file.path, response.status()),
                     "; to keep both apart give this one another data directory with --data DIR"));
  }
  return response;
}

}  // namespace sparsweep::cli
