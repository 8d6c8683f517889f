#include "pruning_core/verify/case_folders.h"

#include <algorithm>
#include <filesystem>

#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

namespace fs = std::filesystem;

bool IsCase(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "case.json", error) ||
         fs::exists(folder / "tensors.safetensors", error);
}

std::vector<std::string> CasesIn(const std::string& directory) {
  std::vector<std::string> cases;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error) && IsCase(entry->path())) cases.push_back(entry->path());
  }
  if (error) {
    throw UserError("CASE_NOT_FOUND", directory, "",
                    directory + ": " + error.message() +
                        "; give a folder with case.json and tensors.safetensors");
  }
  if (cases.empty()) {
    throw UserError("CASE_NOT_FOUND", directory, "",
                    directory +
                        ": no case.json here or in its folders; give a folder with case.json "
                        "and tensors.safetensors");
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

}  // namespace

std::vector<std::string> CaseFolders(const std::vector<std::string>& directories) {
  std::vector<std::string> cases;
  for (std::string directory : directories) {
    while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
    if (IsCase(directory)) {
      cases.push_back(directory);
      continue;
    }
    for (std::string& found : CasesIn(directory)) cases.push_back(std::move(found));
  }
  return cases;
}

}  // namespace sparsweep::core
