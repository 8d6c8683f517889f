#include "trainer/spec_file.h"

#include <filesystem>

#include "ATen/Parallel.h"
#include "base/file.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::trainer {

contract::TrialSpec ReadSpecFile(const std::string& path) {
  const auto text = base::ReadFile(path, 1 << 20);
  if (!text.ok()) {
    throw core::UserError("SPEC_NOT_FOUND", path, "",
                          std::string(text.status().message()) + "; give the spec's JSON file");
  }
  auto spec = contract::ParseTrialSpec(*text);
  if (!spec.ok()) {
    const std::string message(spec.status().message());
    throw core::UserError("BAD_SPEC", message.substr(0, message.find(':')), "",
                          path + ": " + message);
  }
  return *std::move(spec);
}

void MakeDirectory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw std::system_error(error, "cannot create directory " + directory);
}

void SetThreads(uint32_t threads) {
  at::set_num_threads(static_cast<int>(threads));
  at::set_num_interop_threads(1);
  core::SetParallelThreads(threads);
}

}  // namespace sparsweep::trainer
