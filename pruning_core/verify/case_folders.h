// The case folders that a user's DIR stands for.
#pragma once

#include <string>
#include <vector>

namespace sparsweep::core {

// A folder with one of a case's two files is a case; any other stands for the cases among its
// folders, in order of their names. Throws UserError CASE_NOT_FOUND for a folder that is missing or
// has none.
[[nodiscard]] std::vector<std::string> CaseFolders(const std::vector<std::string>& directories);

}  // namespace sparsweep::core
