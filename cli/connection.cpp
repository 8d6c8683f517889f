#include "cli/connection.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

#include "cli/attach.h"

namespace sparsweep::cli {
namespace {

constexpr std::chrono::seconds kCallTimeout(30);

}  // namespace

std::string DataDirectory(const Invocation& invocation) {
  const std::string given = invocation.Value("data");
  std::string path =
      std::filesystem::absolute(given.empty() ? kDefaultData : given).lexically_normal().string();
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::chrono::milliseconds CallTimeout(const Invocation& invocation) {
  return invocation.timeout.value_or(kCallTimeout);
}

absl::StatusOr<Connection> Connection::Open(const Invocation& invocation) {
  Connection connection;
  std::string address = invocation.Value("server");
  if (address.empty()) {
    const std::string data = DataDirectory(invocation);
    if (!std::filesystem::exists(data + "/sparsweep.db")) {
      return absl::NotFoundError(
          absl::StrCat(data,
                       ": no sweeps here; give --data DIR or --server ADDR, or begin with "
                       "`sparsweep run FILE`"));
    }
    auto attached = AttachOrStart(data, nullptr);
    if (!attached.ok()) return attached.status();
    address = attached->address;
    connection.cluster_ = std::move(attached->cluster);
  }
  connection.client_ = std::make_unique<Client>(address, CallTimeout(invocation));
  return connection;
}

}  // namespace sparsweep::cli
