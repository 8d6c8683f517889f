// Where the ranks of an attempt find each other: an address and a port of rank 0's host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparsweep::core {

struct Rendezvous {
  std::string host;  // a name or an address, without brackets
  uint16_t port = 0;
};

// "HOST:PORT", "[ADDRESS]:PORT". Throws UserError (BAD_SPEC) that names world.rendezvous.
[[nodiscard]] Rendezvous ParseRendezvous(std::string_view text);

// A TCP socket that listens on this address alone. Throws RankLost (NO_RENDEZVOUS) when it is taken
// or not of this host. The caller owns the descriptor.
[[nodiscard]] int ListenAt(const Rendezvous& place);

// This host's address on the way there. Throws RankLost (NO_RENDEZVOUS) when there is none.
[[nodiscard]] std::string AddressToward(const Rendezvous& place);

// The network interface ("eth0") that has this address of this host; empty when none has.
[[nodiscard]] std::string InterfaceOf(const std::string& address);

}  // namespace sparsweep::core
