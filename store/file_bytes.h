#pragma once

#include <cstdint>
#include <string>

namespace sparsweep::store {

// Size of a file as stat says; 0 when there is none. Opens nothing: closing a descriptor of a
// database file would drop SQLite's own locks on it.
[[nodiscard]] uint64_t FileBytes(const std::string& path);

// Where SQLite keeps the write-ahead log of a database.
[[nodiscard]] std::string WalPath(const std::string& database_path);

}  // namespace sparsweep::store
