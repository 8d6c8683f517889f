#include "tests/support/temporary_folder.h"

#include <stdlib.h>

#include <filesystem>

namespace sparsweep::test {

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "sparsweep-test-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) abort();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace sparsweep::test
