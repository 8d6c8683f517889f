// Runs a stored case through the model, the method and the optimizer that users run, in numerics:
// reference, and compares everything that is stored.
#pragma once

#include <string>
#include <vector>

#include "c10/core/Device.h"
#include "pruning_core/verify/comparison.h"

namespace sparsweep::core {

struct ReplayReport {
  std::vector<Finding> findings;
  // Parameters whose gradient is rounding noise: stored, but left out as the case says.
  std::vector<std::string> left_out;
  // Stored results that nothing was compared with: of unknown names, or beyond the run.
  std::vector<std::string> not_compared;
  // Why the run ended early (a number that is not finite); empty = it did not.
  std::string stopped;

  [[nodiscard]] bool within() const;
};

// `directory` holds case.json and tensors.safetensors; models compute on `device`. Throws UserError
// for a folder that is wrong. One thread gives the figures of the stored noise; more are allowed.
[[nodiscard]] ReplayReport Replay(const std::string& directory, at::Device device = at::kCPU);

}  // namespace sparsweep::core
