#include "pruning_core/data/input_hash.h"

#include <xxhash.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "fmt/format.h"
#include "pruning_core/model_io/shard_index.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr std::array kTokenizerFiles{"vocab.txt", "tokenizer.json", "tokenizer_config.json"};

class ContentHash {
 public:
  ContentHash() : state_(XXH3_createState(), XXH3_freeState) { XXH3_128bits_reset(state_.get()); }

  // `role` and the length keep two files from being taken for one.
  void Add(std::string_view role, const std::string& path, const std::string& reason,
           const std::string& field) {
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) {
      throw UserError(
          reason, field, path,
          fmt::format("{}: cannot read {}; give the path of an existing file", field, path));
    }
    const std::string head = fmt::format("{} {}\n", role, size);
    XXH3_128bits_update(state_.get(), head.data(), head.size());
    while (in.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size())) || in.gcount()) {
      XXH3_128bits_update(state_.get(), buffer_.data(), static_cast<size_t>(in.gcount()));
    }
  }

  [[nodiscard]] std::string Hex() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
  std::vector<char> buffer_ = std::vector<char>(size_t{1} << 20);
};

}  // namespace

std::string InputHash(const contract::TrialSpec& spec) {
  ContentHash hash;
  const auto add = [&](std::string_view name) {
    hash.Add(name, fmt::format("{}/{}", spec.model.path, name), "MODEL_NOT_FOUND", "model.path");
  };
  add("config.json");
  for (const std::string& name : WeightFiles(spec.model.path)) add(name);
  for (const char* name : kTokenizerFiles) {
    std::error_code error;
    if (std::filesystem::exists(fmt::format("{}/{}", spec.model.path, name), error)) add(name);
  }
  hash.Add("train", spec.task.train, "DATA_NOT_FOUND", "task.train");
  hash.Add("dev", spec.task.dev, "DATA_NOT_FOUND", "task.dev");
  if (!spec.task.dev_mismatched.empty()) {
    hash.Add("dev_mismatched", spec.task.dev_mismatched, "DATA_NOT_FOUND", "task.dev_mismatched");
  }
  return hash.Hex();
}

void CheckInputHash(const contract::TrialSpec& spec) {
  if (spec.input_hash.empty()) return;
  const std::string now = InputHash(spec);
  if (now == spec.input_hash) return;
  throw UserError(
      "INPUT_CHANGED", "input_hash", spec.input_hash,
      fmt::format(
          "input_hash: model or data have changed since the sweep was checked (then {}, now "
          "{}); put the files back or submit the sweep under a new name",
          spec.input_hash, now));
}

}  // namespace sparsweep::core
