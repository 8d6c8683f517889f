#include "worker/rank_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace sparsweep::worker {
namespace {

absl::Status NotOurs(const std::string& address, const std::string& why) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", address, "' ", why, "; give the number of an address of this host"));
}

}  // namespace

absl::StatusOr<std::string> FreeRendezvous(const std::string& address) {
  sockaddr_in6 six{};
  sockaddr_in four{};
  const bool is_six = inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1;
  if (!is_six && inet_pton(AF_INET, address.c_str(), &four.sin_addr) != 1) {
    return NotOurs(address, "is not an IP address");
  }
  six.sin6_family = AF_INET6;
  four.sin_family = AF_INET;
  auto* any = is_six ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
  socklen_t size = is_six ? sizeof six : sizeof four;
  const int fd = socket(any->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return NotOurs(address, strerror(errno));
  const bool bound = bind(fd, any, size) == 0 && getsockname(fd, any, &size) == 0;
  const int error = errno;
  close(fd);
  if (!bound) return NotOurs(address, absl::StrCat("cannot be bound: ", strerror(error)));
  return is_six ? absl::StrCat("[", address, "]:", ntohs(six.sin6_port))
                : absl::StrCat(address, ":", ntohs(four.sin_port));
}

}  // namespace sparsweep::worker
