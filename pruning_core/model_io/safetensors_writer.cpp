#include "pruning_core/model_io/safetensors_writer.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <memory>
#include <stdexcept>
#include <string_view>

#include "contract/safetensors_header.h"
#include "pruning_core/model_io/atomic_file.h"
#include "pruning_core/model_io/dtype.h"

namespace sparsweep::core {
namespace {

// Writes and hashes what it writes.
class HashedFile {
 public:
  explicit HashedFile(const std::string& path)
      : file_(path), state_(XXH3_createState(), &XXH3_freeState) {
    if (state_ == nullptr) throw std::bad_alloc();
    XXH3_64bits_reset(state_.get());
  }
  void Write(const void* bytes, size_t size) {
    XXH3_64bits_update(state_.get(), bytes, size);
    file_.Write(bytes, size);
  }
  std::string Commit() {
    file_.Commit();
    return fmt::format("{:016x}", XXH3_64bits_digest(state_.get()));
  }

 private:
  AtomicFile file_;
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

}  // namespace

std::vector<contract::TensorEntry> EntriesOf(const std::vector<NamedTensor>& tensors) {
  std::vector<contract::TensorEntry> entries;
  uint64_t position = 0;
  for (const NamedTensor& named : tensors) {
    const std::string_view dtype = DtypeOfType(named.tensor.scalar_type());
    if (dtype.empty()) throw std::invalid_argument(named.name + ": type has no safetensors name");
    const uint64_t bytes = named.tensor.nbytes();
    entries.push_back(
        {named.name, std::string(dtype), named.tensor.sizes().vec(), position, position + bytes});
    position += bytes;
  }
  return entries;
}

std::string WriteSafetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                             const std::map<std::string, std::string>& metadata) {
  const std::string header = contract::SerializeSafetensorsHeader(EntriesOf(tensors), metadata);
  HashedFile file(path);
  file.Write(header.data(), header.size());
  for (const NamedTensor& named : tensors) {
    const at::Tensor tensor = named.tensor.contiguous();
    file.Write(tensor.data_ptr(), tensor.nbytes());
  }
  return file.Commit();
}

}  // namespace sparsweep::core
