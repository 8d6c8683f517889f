// The checksum of a chunk of a mask file on its way to the coordinator.
#pragma once

#include <cstdint>
#include <string_view>

namespace sparsweep::contract {

// CRC-32C (Castagnoli), as in iSCSI: 0xE3069283 for "123456789".
[[nodiscard]] uint32_t Crc32c(std::string_view bytes);

}  // namespace sparsweep::contract
