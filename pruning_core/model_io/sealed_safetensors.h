// A safetensors file that carries the checksum of all its bytes: a cut or a flipped bit anywhere in
// it is found.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pruning_core/model_io/named_tensor.h"
#include "pruning_core/model_io/safetensors_reader.h"

namespace sparsweep::core {

// As WriteSafetensors, with the key "seal" added to the metadata: the XXH3-64 of the header as it
// would stand without that key, and of the data. Tensors are contiguous.
std::string WriteSealed(const std::string& path, const std::vector<NamedTensor>& tensors,
                        std::map<std::string, std::string> metadata);

// Reads the whole file once. Throws UserError: FILE_NOT_FOUND, BAD_SAFETENSORS (also when the seal
// is missing or does not fit), std::system_error.
[[nodiscard]] SafetensorsReader OpenSealed(const std::string& path);

}  // namespace sparsweep::core
