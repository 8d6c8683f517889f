// Fuzzed bytes where a parser only takes a path.
#pragma once

#include <string>
#include <string_view>

namespace sparsweep::fuzz {

// An empty folder in memory where there is one (/dev/shm), made once a process and removed when it
// ends.
[[nodiscard]] const std::string& Folder();

// Writes FOLDER/`name` and returns its path. Aborts when it cannot.
std::string WriteFile(std::string_view name, std::string_view bytes);
void RemoveFile(std::string_view name);

}  // namespace sparsweep::fuzz
