// Writes a safetensors file so that it exists complete or not at all.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "contract/safetensors_header.h"
#include "pruning_core/model_io/named_tensor.h"

namespace sparsweep::core {

// Type, shape and bytes of each tensor in a file that holds them in this order. Throws
// std::invalid_argument for a type that safetensors has no name for.
[[nodiscard]] std::vector<contract::TensorEntry> EntriesOf(const std::vector<NamedTensor>& tensors);

// Writes aside, syncs and renames (AtomicFile). Tensors (on the CPU; fp32, fp16, bf16, int64,
// int32, uint8, bool) stand in the file in the given order; names are unique. Returns the XXH3-64
// of the file's bytes as 16 hex digits, as contract::ContentHash does. Throws std::system_error
// when the disk refuses; what stood at `path` is then untouched.
std::string WriteSafetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                             const std::map<std::string, std::string>& metadata = {});

}  // namespace sparsweep::core
