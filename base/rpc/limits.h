// Sizes and times that client and server must agree on.
#pragma once

namespace sparsweep::base::rpc {

inline constexpr int kMaxMessageBytes = 16 << 20;
inline constexpr int kMaxMetadataBytes = 64 << 10;

// The client asks after a silent server this often, also in a long poll; the server must allow it.
inline constexpr int kKeepaliveTimeMs = 20'000;
inline constexpr int kKeepaliveTimeoutMs = 10'000;
inline constexpr int kLeastPingIntervalMs = 10'000;

}  // namespace sparsweep::base::rpc
