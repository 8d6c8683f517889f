#include "pruning_core/train/checkpoint.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/train/run_identity.h"

namespace sparsweep::core {
namespace {

using Metadata = std::map<std::string, std::string>;

constexpr char kFormat[] = "sparsweep checkpoint 1";
constexpr char kContentHash[] = "content_xxh3";

// XXH3-64 over metadata and tensors, names included, in the order of the file.
class ContentHasher {
 public:
  ContentHasher() : state_(XXH3_createState(), XXH3_freeState) {
    if (state_ == nullptr) throw std::bad_alloc();
    XXH3_64bits_reset(state_.get());
  }
  void Add(const Metadata& metadata) {
    for (const auto& [key, value] : metadata) {
      if (key == kContentHash) continue;
      Add(key);
      Add(value);
    }
  }
  void Add(const std::string& name, const at::Tensor& tensor) {
    Add(name);
    XXH3_64bits_update(state_.get(), tensor.const_data_ptr(), tensor.nbytes());
  }
  [[nodiscard]] std::string Hex() const {
    return fmt::format("{:016x}", XXH3_64bits_digest(state_.get()));
  }

 private:
  void Add(const std::string& text) {  // with its NUL, so that neighbours cannot run together
    XXH3_64bits_update(state_.get(), text.c_str(), text.size() + 1);
  }

  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

[[noreturn]] void ThrowDamaged(const std::string& path, std::string_view what) {
  throw UserError(
      "CHECKPOINT_DAMAGED", path, "",
      fmt::format("{}: damaged checkpoint: {}; resume from an earlier one or start anew", path,
                  what));
}

template <class Number>
Number ReadNumber(const std::string& path, const Metadata& metadata, const std::string& key) {
  Number number{};
  const auto found = metadata.find(key);
  if (found != metadata.end()) {
    const char* const end = found->second.data() + found->second.size();
    const auto read = std::from_chars(found->second.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end && number >= 0) return number;
  }
  ThrowDamaged(path, fmt::format("no {}", key));
}

void Verify(const SafetensorsReader& file) {
  const Metadata& metadata = file.header().metadata;
  ContentHasher hasher;
  hasher.Add(metadata);
  for (const auto& entry : file.header().tensors) hasher.Add(entry.name, file.Read(entry.name));
  const auto found = metadata.find(kContentHash);
  if (found == metadata.end() || found->second != hasher.Hex()) {
    ThrowDamaged(file.path(), fmt::format("its content's XXH3-64 is {}, it says {}", hasher.Hex(),
                                          found == metadata.end() ? "nothing" : found->second));
  }
}

std::optional<SafetensorsReader> Open(const std::string& path) {
  try {
    std::optional<SafetensorsReader> file(path);
    Verify(*file);
    return file;
  } catch (const UserError& error) {
    if (error.reason() == "CHECKPOINT_DAMAGED") throw;
    ThrowDamaged(path, error.what());
  }
}

}  // namespace

std::string CheckpointFileName(int64_t step) {
  return fmt::format("checkpoint-{}.safetensors", step);
}

std::string SaveCheckpoint(const std::string& path, const CheckpointState& state,
                           const std::vector<NamedTensor>& tensors) {
  Metadata metadata{{"format", kFormat},
                    {"step", fmt::format("{}", state.step)},
                    {"identity", state.identity},
                    {"loss_sum", fmt::format("{}", state.loss_sum)},
                    {"loss_count", fmt::format("{}", state.loss_count)}};
  ContentHasher hasher;
  hasher.Add(metadata);
  for (const NamedTensor& tensor : tensors) hasher.Add(tensor.name, tensor.tensor);
  metadata[kContentHash] = hasher.Hex();
  return WriteSafetensors(path, tensors, metadata);
}

CheckpointState LoadCheckpoint(const std::string& path, const std::string& identity,
                               const std::vector<NamedTensor>& tensors) {
  const auto file = Open(path);
  const Metadata& metadata = file->header().metadata;
  const auto format = metadata.find("format");
  const auto found = metadata.find("identity");
  if (format == metadata.end() || format->second != kFormat || found == metadata.end()) {
    ThrowDamaged(path, fmt::format("not a '{}'", kFormat));
  }
  if (const std::string difference = IdentityDifference(found->second, identity);
      !difference.empty()) {
    throw UserError(
        "CHECKPOINT_MISMATCH", "resume_from", path,
        fmt::format("resume_from: {} was written by another run: {}; resume with the spec "
                    "it was written with or start anew",
                    path, difference));
  }
  if (file->header().tensors.size() != tensors.size())
    ThrowDamaged(path, "other tensors than this run's");
  for (const NamedTensor& tensor : tensors) {
    try {
      file->ReadInto(tensor.name, tensor.tensor);
    } catch (const UserError& error) {
      ThrowDamaged(path, error.what());
    }
  }
  return {.step = ReadNumber<int64_t>(path, metadata, "step"),
          .identity = identity,
          .loss_sum = ReadNumber<double>(path, metadata, "loss_sum"),
          .loss_count = ReadNumber<int64_t>(path, metadata, "loss_count")};
}

}  // namespace sparsweep::core
