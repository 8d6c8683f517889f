#include "pruning_core/model_io/bert_weights.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/isfinite.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "contract/nearest.h"
#include "contract/strict_json.h"
#include "pruning_core/model_io/shard_index.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr std::string_view kPrefix = "bert.";

// A hostile file has many and long names; the nearest of these few is good enough.
constexpr size_t kNamesCompared = 5000;
constexpr size_t kNameCompared = 200;  // bytes

[[noreturn]] void RefuseDirectory(const std::string& directory, const std::string& field) {
  std::error_code error;
  const bool pickled = std::filesystem::exists(directory + "/pytorch_model.bin", error);
  const char* remedy = pickled
                           ? "convert its pytorch_model.bin to model.safetensors"
                           : "give an HF model directory with config.json and model.safetensors";
  throw UserError("MODEL_NOT_FOUND", field, directory,
                  fmt::format("{}: '{}' has no model.safetensors; {}", field, directory, remedy));
}

std::string WithSuffix(std::string_view name, std::string_view from, std::string_view to) {
  return std::string(name.substr(0, name.size() - from.size())) + std::string(to);
}

// `name` and what older files call it.
std::vector<std::string> Spellings(std::string_view name) {
  std::vector<std::string> spellings{std::string(name)};
  if (name.ends_with("LayerNorm.weight")) spellings.push_back(WithSuffix(name, "weight", "gamma"));
  if (name.ends_with("LayerNorm.bias")) spellings.push_back(WithSuffix(name, "bias", "beta"));
  return spellings;
}

}  // namespace

BertWeights::BertWeights(const std::string& directory, const std::string& field)
    : file_(fmt::format("{}/{}", directory, kWeightsFile)) {
  std::error_code error;
  if (std::filesystem::exists(file_, error)) {
    shards_.emplace_back(file_);
    for (const contract::TensorEntry& entry : shards_[0].header().tensors) {
      tensors_[entry.name] = {0, &entry};
    }
    return;
  }
  file_ = fmt::format("{}/{}", directory, kShardIndexFile);
  if (!std::filesystem::exists(file_, error)) RefuseDirectory(directory, field);
  const ShardIndex index = ReadShardIndex(file_);
  std::vector<std::map<std::string_view, const contract::TensorEntry*>> entries;
  for (const std::string& name : index.files) {
    shards_.emplace_back(fmt::format("{}/{}", directory, name));
    entries.emplace_back();
    for (const auto& entry : shards_.back().header().tensors) entries.back()[entry.name] = &entry;
  }
  for (const auto& [name, shard] : index.tensors) {
    const auto found = entries[shard].find(name);
    if (found == entries[shard].end()) {
      throw UserError("TENSOR_MISSING", file_, name,
                      fmt::format("{}: tensor {} is not in {}; fetch the model directory again",
                                  file_, contract::Shown(name), index.files[shard]));
    }
    tensors_[name] = {shard, found->second};
  }
}

void BertWeights::Require(std::string_view name, at::IntArrayRef shape) const {
  const Place* place = Find(name);
  if (place == nullptr) {
    throw UserError("TENSOR_MISSING", file_, std::string(name),
                    fmt::format("{}: there is no tensor '{}'{}; is this a BERT encoder with the "
                                "layers that config.json names?",
                                file_, name, NearestName(name)));
  }
  const contract::TensorEntry& entry = *place->entry;
  if (at::IntArrayRef(entry.shape) != shape) {
    throw UserError(
        "TENSOR_SHAPE", file_, entry.name,
        fmt::format("{}: tensor '{}' is [{}], config.json says [{}]; give weights and "
                    "config.json of one model",
                    file_, entry.name, fmt::join(entry.shape, ", "), fmt::join(shape, ", ")));
  }
}

at::Tensor BertWeights::Read(std::string_view name, at::IntArrayRef shape) const {
  Require(name, shape);
  return ReadFinite(*Find(name));
}

std::optional<at::Tensor> BertWeights::ReadIfFits(std::string_view name,
                                                  at::IntArrayRef shape) const {
  const Place* place = Find(name);
  if (place == nullptr || at::IntArrayRef(place->entry->shape) != shape) return std::nullopt;
  return ReadFinite(*place);
}

std::optional<std::vector<int64_t>> BertWeights::Shape(std::string_view name) const {
  const Place* place = Find(name);
  if (place == nullptr) return std::nullopt;
  return place->entry->shape;
}

const BertWeights::Place* BertWeights::Find(std::string_view name) const {
  for (const std::string& spelling : Spellings(name)) {
    for (const std::string_view prefix : {std::string_view(), kPrefix}) {
      const auto found = tensors_.find(std::string(prefix) + spelling);
      if (found != tensors_.end()) return &found->second;
    }
  }
  return nullptr;
}

at::Tensor BertWeights::ReadFinite(const Place& place) const {
  const SafetensorsReader& shard = shards_[place.shard];
  const std::string& name = place.entry->name;
  at::Tensor tensor = shard.ReadFloat(name);
  if (!at::isfinite(tensor).all().item<bool>()) {
    throw UserError("TENSOR_NOT_FINITE", shard.path(), name,
                    fmt::format("{}: tensor '{}' holds NaN or infinity; train or fetch the model "
                                "again",
                                shard.path(), name));
  }
  return tensor;
}

// ", the nearest is 'x'", or nothing.
std::string BertWeights::NearestName(std::string_view name) const {
  std::vector<std::string_view> known;
  for (const auto& [candidate, place] : tensors_) {
    if (known.size() == kNamesCompared) break;
    if (candidate.size() > kNameCompared) continue;
    std::string_view plain = candidate;
    if (plain.starts_with(kPrefix)) plain.remove_prefix(kPrefix.size());
    known.push_back(plain);
  }
  const auto nearest = contract::Nearest(name, known);
  return nearest ? fmt::format(", the nearest is '{}'", *nearest) : std::string();
}

}  // namespace sparsweep::core
