#include "cli/endpoint.h"

#include <signal.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "base/file.h"
#include "nlohmann/json.hpp"

namespace sparsweep::cli {
namespace {

constexpr uint64_t kMaxBytes = 1 << 16;

}  // namespace

absl::StatusOr<Endpoint> ParseEndpoint(std::string_view json) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object() || !object.contains("pid") || !object["pid"].is_number_integer() ||
      !object.contains("grpc") || !object["grpc"].is_array() || object["grpc"].empty() ||
      !object["grpc"][0].is_string()) {
    return absl::InvalidArgumentError("no pid and grpc address in it");
  }
  Endpoint endpoint{object["pid"].get<pid_t>(), object["grpc"][0].get<std::string>(), ""};
  if (object.contains("http") && object["http"].is_string()) {
    endpoint.page = object["http"].get<std::string>();
  }
  return endpoint;
}

absl::StatusOr<Endpoint> LiveEndpoint(const std::string& data_directory) {
  const std::string path = data_directory + "/endpoint.json";
  const auto json = base::ReadFile(path, kMaxBytes);
  if (!json.ok()) return json.status();
  auto endpoint = ParseEndpoint(*json);
  if (!endpoint.ok()) {
    return absl::UnavailableError(absl::StrCat(path, ": ", endpoint.status().message()));
  }
  if (endpoint->pid <= 0 || (kill(endpoint->pid, 0) != 0 && errno != EPERM)) {
    return absl::UnavailableError(
        absl::StrCat(path, ": its process ", endpoint->pid, " does not run any more"));
  }
  return endpoint;
}

}  // namespace sparsweep::cli
