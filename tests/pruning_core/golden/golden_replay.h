// Runs a stored case through the model and the optimizer that users run, and compares everything
// that is stored.
#pragma once

#include <string>

namespace sparsweep::core::golden {

// Every difference beyond the tolerances of tests/golden/README.md, one a line; empty = parity.
// `directory` holds case.json and tensors.safetensors.
[[nodiscard]] std::string Replay(const std::string& directory);

}  // namespace sparsweep::core::golden
