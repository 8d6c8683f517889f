#include "pruning_core/distributed/rendezvous.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr int kWaiting = 4096;  // connections that are not accepted yet

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

[[noreturn]] void Fail(const Rendezvous& place, std::string_view what) {
  throw RankLost("NO_RENDEZVOUS",
                 fmt::format("world.rendezvous: {}:{}: {}", place.host, place.port, what));
}

AddressList Resolve(const Rendezvous& place, int type) {
  addrinfo wanted{};
  wanted.ai_socktype = type;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(place.host.c_str(), std::to_string(place.port).c_str(), &wanted, &found);
  if (error != 0) Fail(place, gai_strerror(error));
  return {found, &freeaddrinfo};
}

// The address in digits; an error of getnameinfo(), or 0.
int Write(const sockaddr& address, socklen_t size, std::string& to) {
  char text[NI_MAXHOST];
  const int error = getnameinfo(&address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  if (error == 0) to = text;
  return error;
}

class Socket {
 public:
  explicit Socket(const addrinfo& address)
      : descriptor_(socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] int Release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

}  // namespace

Rendezvous ParseRendezvous(std::string_view text) {
  const size_t colon = text.rfind(':');
  Rendezvous place;
  if (colon != std::string_view::npos) {
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    place.host = host;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, place.port);
    if (read.ec == std::errc() && read.ptr == end && place.port > 0 && !host.empty()) return place;
  }
  throw UserError("BAD_SPEC", "world.rendezvous", std::string(text),
                  fmt::format("world.rendezvous: '{}' is not HOST:PORT; several ranks need an "
                              "address of rank 0's host and a free port there",
                              text));
}

int ListenAt(const Rendezvous& place) {
  const AddressList addresses = Resolve(place, SOCK_STREAM);
  Socket listener(*addresses);
  const int on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener.get(), addresses->ai_addr, addresses->ai_addrlen) != 0 ||
      listen(listener.get(), kWaiting) != 0) {
    Fail(place, fmt::format("rank 0 cannot listen there: {}; give an address of its host and a "
                            "free port",
                            std::strerror(errno)));
  }
  return listener.Release();
}

std::string AddressToward(const Rendezvous& place) {
  const AddressList addresses = Resolve(place, SOCK_DGRAM);
  const Socket probe(*addresses);  // a datagram socket: connecting it sends nothing
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  const auto* const address = reinterpret_cast<const sockaddr*>(&own);
  if (connect(probe.get(), addresses->ai_addr, addresses->ai_addrlen) != 0 ||
      getsockname(probe.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0) {
    Fail(place, fmt::format("no way there: {}", std::strerror(errno)));
  }
  std::string text;
  const int error = Write(*address, size, text);
  if (error != 0) Fail(place, gai_strerror(error));
  return text;
}

std::string InterfaceOf(const std::string& address) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(first, &freeifaddrs);
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    const sa_family_t family = entry->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    const socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::string text;
    if (Write(*entry->ifa_addr, size, text) == 0 && text == address) return entry->ifa_name;
  }
  return {};
}

}  // namespace sparsweep::core
