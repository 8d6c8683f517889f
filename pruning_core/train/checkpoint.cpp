#include "pruning_core/train/checkpoint.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <system_error>

#include "pruning_core/model_io/sealed_safetensors.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/train/run_identity.h"

namespace sparsweep::core {
namespace {

using Metadata = std::map<std::string, std::string>;

constexpr char kFormat[] = "sparsweep checkpoint 2";
constexpr std::string_view kBest = "best/";

[[noreturn]] void ThrowDamaged(const std::string& path, std::string_view what) {
  throw UserError(
      "CHECKPOINT_DAMAGED", path, "",
      fmt::format("{}: damaged checkpoint: {}; resume from an earlier one or start anew", path,
                  what));
}

SafetensorsReader OpenWhole(const std::string& path) {
  try {
    return OpenSealed(path);
  } catch (const UserError& error) {
    ThrowDamaged(path, error.what());
  } catch (const std::system_error& error) {  // a bad sector is damage too
    ThrowDamaged(path, error.what());
  }
}

const std::string& Text(const SafetensorsReader& file, const std::string& key) {
  const Metadata& metadata = file.header().metadata;
  const auto found = metadata.find(key);
  if (found == metadata.end()) ThrowDamaged(file.path(), fmt::format("no {}", key));
  return found->second;
}

template <class Number>
Number ReadNumber(const SafetensorsReader& file, const std::string& key) {
  const std::string& text = Text(file, key);
  Number number{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) {
    ThrowDamaged(file.path(), fmt::format("its {} is '{}'", key, text));
  }
  return number;
}

}  // namespace

std::string CheckpointFileName(int64_t step) {
  return fmt::format("checkpoint-{}.safetensors", step);
}

std::optional<int64_t> CheckpointStep(std::string_view file_name) {
  constexpr std::string_view kPrefix = "checkpoint-";
  int64_t step = -1;
  if (!file_name.starts_with(kPrefix)) return std::nullopt;
  const char* const begin = file_name.data() + kPrefix.size();
  const auto read = std::from_chars(begin, file_name.data() + file_name.size(), step);
  if (read.ec != std::errc() || CheckpointFileName(step) != file_name) return std::nullopt;
  return step;
}

std::string SaveCheckpoint(const std::string& path, const CheckpointState& state,
                           const std::vector<NamedTensor>& tensors) {
  Metadata metadata{{"format", kFormat},
                    {"step", fmt::format("{}", state.step)},
                    {"identity", state.identity},
                    {"loss_sum", fmt::format("{}", state.loss_sum)},
                    {"loss_count", fmt::format("{}", state.loss_count)}};
  if (state.world_size > 1) metadata["world_size"] = fmt::format("{}", state.world_size);
  if (state.best.step >= 0) {
    metadata["best_step"] = fmt::format("{}", state.best.step);
    metadata["best_score"] = fmt::format("{}", state.best.score);
    metadata["best_evaluations_since"] = fmt::format("{}", state.best.evaluations_since);
  }
  std::vector<NamedTensor> all = tensors;
  for (const NamedTensor& named : state.best.tensors) {
    all.push_back({fmt::format("{}{}", kBest, named.name), named.tensor});
  }
  return WriteSealed(path, all, metadata);
}

Checkpoint Checkpoint::Open(const std::string& path, const std::string& identity) {
  Checkpoint checkpoint(OpenWhole(path));
  if (Text(checkpoint.file_, "format") != kFormat) {
    ThrowDamaged(path, fmt::format("not a '{}'", kFormat));
  }
  const std::string difference = IdentityDifference(Text(checkpoint.file_, "identity"), identity);
  if (difference.empty()) return checkpoint;
  throw UserError("CHECKPOINT_MISMATCH", "resume_from", path,
                  fmt::format("resume_from: {} was written by another run: {}; resume with the "
                              "spec it was written with or start anew",
                              path, difference));
}

CheckpointState Checkpoint::Load(const std::vector<NamedTensor>& tensors) const {
  CheckpointState state{.step = ReadNumber<int64_t>(file_, "step"),
                        .identity = Text(file_, "identity"),
                        .loss_sum = ReadNumber<double>(file_, "loss_sum"),
                        .loss_count = ReadNumber<int64_t>(file_, "loss_count"),
                        .best = LoadBest()};
  if (file_.header().metadata.contains("world_size")) {
    state.world_size = ReadNumber<int64_t>(file_, "world_size");
  }
  if (file_.header().tensors.size() != tensors.size() + state.best.tensors.size()) {
    ThrowDamaged(path(), "other tensors than this run's");
  }
  for (const NamedTensor& named : tensors) {
    try {
      file_.ReadInto(named.name, named.tensor);
    } catch (const UserError& error) {
      ThrowDamaged(path(), error.what());
    }
  }
  return state;
}

BestState Checkpoint::LoadBest() const {
  BestState best;
  if (file_.header().metadata.count("best_step") == 0) return best;
  best.step = ReadNumber<int64_t>(file_, "best_step");
  best.score = ReadNumber<double>(file_, "best_score");
  best.evaluations_since = ReadNumber<int64_t>(file_, "best_evaluations_since");
  for (const contract::TensorEntry& entry : file_.header().tensors) {
    if (!entry.name.starts_with(kBest)) continue;
    best.tensors.push_back({entry.name.substr(kBest.size()), file_.Read(entry.name)});
  }
  return best;
}

}  // namespace sparsweep::core
