#include "pruning_core/train/mask_writer.h"

#include "pruning_core/model_io/atomic_file.h"

namespace sparsweep::core {

std::vector<contract::MaskMatrix> MasksOf(const std::vector<PrunedMatrix>& matrices) {
  std::vector<contract::MaskMatrix> masks;
  for (const PrunedMatrix& matrix : matrices) {
    const auto bytes = matrix.mask.bytes();
    masks.push_back({.name = matrix.name,
                     .rows = matrix.weight.size(0),
                     .columns = matrix.weight.size(1),
                     .bits = {bytes.begin(), bytes.end()}});
  }
  return masks;
}

contract::MaskWritten WriteMasks(const std::string& directory,
                                 const std::vector<contract::MaskMatrix>& masks) {
  const std::string bytes = contract::SerializeMaskFile(masks);
  const std::string name = "masks.safetensors";
  AtomicFile file(directory + "/" + name);
  file.Write(bytes.data(), bytes.size());
  file.Commit();
  return {.file = name, .hash = contract::ContentHash(bytes)};
}

}  // namespace sparsweep::core
