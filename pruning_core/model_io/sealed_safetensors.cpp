#include "pruning_core/model_io/sealed_safetensors.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "contract/safetensors_header.h"
#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr char kSeal[] = "seal";
constexpr size_t kChunk = size_t{1} << 20;

class Hasher {
 public:
  Hasher() : state_(XXH3_createState(), XXH3_freeState) {
    if (state_ == nullptr) throw std::bad_alloc();
    XXH3_64bits_reset(state_.get());
  }
  void Add(const void* bytes, size_t size) { XXH3_64bits_update(state_.get(), bytes, size); }
  [[nodiscard]] std::string Hex() const {
    return fmt::format("{:016x}", XXH3_64bits_digest(state_.get()));
  }

 private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

[[noreturn]] void Refuse(const std::string& path, std::string_view problem) {
  throw UserError("BAD_SAFETENSORS", path, "",
                  fmt::format("{}: {}; fetch or write the file again", path, problem));
}

// The header's text must be the one that its own content is written as: nothing else is sealed.
void VerifyHeaderText(std::ifstream& in, const std::string& path,
                      const contract::SafetensorsHeader& header) {
  std::string text(header.data_start, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (text != contract::SerializeSafetensorsHeader(header.tensors, header.metadata)) {
    Refuse(path, "its header is not as it was written");
  }
}

void Verify(const SafetensorsReader& file) {
  const contract::SafetensorsHeader& header = file.header();
  std::map<std::string, std::string> metadata = header.metadata;
  const auto seal = metadata.extract(kSeal);
  if (seal.empty()) Refuse(file.path(), "it carries no checksum");
  std::ifstream in(file.path(), std::ios::binary);
  VerifyHeaderText(in, file.path(), header);
  Hasher hasher;
  const std::string unsealed = contract::SerializeSafetensorsHeader(header.tensors, metadata);
  hasher.Add(unsealed.data(), unsealed.size());
  std::vector<char> chunk(kChunk);
  while (in.read(chunk.data(), kChunk) || in.gcount() > 0) {
    hasher.Add(chunk.data(), static_cast<size_t>(in.gcount()));
  }
  if (in.bad()) throw std::system_error(errno, std::generic_category(), "reading " + file.path());
  if (hasher.Hex() != seal.mapped()) {
    Refuse(file.path(),
           fmt::format("its content's XXH3-64 is {}, it says {}", hasher.Hex(), seal.mapped()));
  }
}

}  // namespace

std::string WriteSealed(const std::string& path, const std::vector<NamedTensor>& tensors,
                        std::map<std::string, std::string> metadata) {
  Hasher hasher;
  const std::string unsealed = contract::SerializeSafetensorsHeader(EntriesOf(tensors), metadata);
  hasher.Add(unsealed.data(), unsealed.size());
  for (const NamedTensor& named : tensors) {
    hasher.Add(named.tensor.const_data_ptr(), named.tensor.nbytes());
  }
  metadata[kSeal] = hasher.Hex();
  return WriteSafetensors(path, tensors, metadata);
}

SafetensorsReader OpenSealed(const std::string& path) {
  SafetensorsReader file(path);
  Verify(file);
  return file;
}

}  // namespace sparsweep::core
