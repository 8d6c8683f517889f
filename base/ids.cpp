#include "base/ids.h"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "absl/strings/escaping.h"

namespace sparsweep::base {
namespace {

template <size_t n>
std::array<uint8_t, n> RandomBytes() {
  static_assert(n <= 256, "getrandom gives up to 256 bytes at once, never fewer");
  std::array<uint8_t, n> bytes;
  if (getrandom(bytes.data(), n, 0) != static_cast<ssize_t>(n)) std::abort();
  return bytes;
}

template <size_t n>
std::string Hex(const std::array<uint8_t, n>& bytes) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

std::string NewUuid() {
  std::array<uint8_t, 16> bytes = RandomBytes<16>();
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);  // RFC 4122 variant
  std::string text = Hex(bytes);
  for (const size_t dash : {8, 13, 18, 23}) text.insert(dash, 1, '-');
  return text;
}

std::string NewToken() { return Hex(RandomBytes<32>()); }

}  // namespace sparsweep::base
