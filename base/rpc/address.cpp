#include "base/rpc/address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "base/status.h"

namespace sparsweep::base::rpc {
namespace {

absl::Status InUse(const std::string& address) {
  return WithReason(
      absl::UnavailableError(absl::StrCat(
          address, ": address in use; stop the process that listens there or choose another")),
      {.reason = "ADDRESS_IN_USE", .metadata = {{"address", address}}});
}

absl::Status PrepareUnix(const std::string& address, const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    return absl::InvalidArgumentError(absl::StrCat(address, ": a socket's path has 1 to ",
                                                   sizeof name.sun_path - 1,
                                                   " bytes; use a shorter folder"));
  }
  std::memcpy(name.sun_path, path.data(), path.size());
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) return ErrnoStatus(errno, address);
    const std::string folder = std::filesystem::path(path).parent_path().string();
    if (access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0) return absl::OkStatus();
    return ErrnoStatus(errno, absl::StrCat(address, ": cannot create a socket in ", folder));
  }
  if (!S_ISSOCK(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(address, ": a file that is not a socket is there; remove it"));
  }
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return ErrnoStatus(errno, address);
  const bool alive = connect(probe, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ||
                     errno != ECONNREFUSED;
  close(probe);
  if (alive) return InUse(address);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return ErrnoStatus(errno, absl::StrCat("cannot remove the stale socket ", path));
  }
  return absl::OkStatus();
}

bool IsLoopback(const addrinfo& found) {
  if (found.ai_family == AF_INET) {
    const auto* name = reinterpret_cast<const sockaddr_in*>(found.ai_addr);
    return ntohl(name->sin_addr.s_addr) >> 24 == 127;
  }
  const auto* name = reinterpret_cast<const sockaddr_in6*>(found.ai_addr);
  return IN6_IS_ADDR_LOOPBACK(&name->sin6_addr);
}

// 0 or the errno of binding and listening.
int TryListen(const addrinfo& found) {
  const int probe = socket(found.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno;
  const int on = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int error = 0;
  if (bind(probe, found.ai_addr, found.ai_addrlen) != 0 || listen(probe, 1) != 0) error = errno;
  close(probe);
  return error;
}

absl::Status PrepareTcp(const std::string& address, bool insecure) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", address, "\": use host:port (port 0 to 65535) or unix:/path"));
  }
  std::string host = address.substr(0, colon);
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) {
    host = host.substr(1, host.size() - 2);
  }

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = getaddrinfo(host.c_str(), absl::StrCat(port).c_str(), &hints, &list);
      error != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(address, ": no such host (", gai_strerror(error), ")"));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, freeaddrinfo);
  int error = EADDRNOTAVAIL;
  for (const addrinfo* found = list; found != nullptr; found = found->ai_next) {
    if (!insecure && !IsLoopback(*found)) {
      return absl::InvalidArgumentError(absl::StrCat(
          address,
          ": not a loopback address, and there is no TLS: use 127.0.0.1 or allow plaintext"
          " with --insecure"));
    }
    // One family may be missing on this machine; a port taken in one of them is taken.
    const int result = TryListen(*found);
    if (result == EADDRINUSE) return InUse(address);
    if (result == 0) error = 0;
    if (result != 0 && error != 0) error = result;
  }
  if (error != 0) return ErrnoStatus(error, absl::StrCat("cannot listen on ", address));
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareToListen(const std::string& address, bool insecure) {
  absl::string_view path = address;
  if (absl::ConsumePrefix(&path, "unix:")) return PrepareUnix(address, std::string(path));
  return PrepareTcp(address, insecure);
}

}  // namespace sparsweep::base::rpc
