#include "pruning_core/model_io/bert_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <filesystem>
#include <utility>

#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

SafetensorsReader Open(const std::string& directory) {
  const std::string file = directory + "/model.safetensors";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    const bool pickled = std::filesystem::exists(directory + "/pytorch_model.bin", error);
    const bool sharded =
        std::filesystem::exists(directory + "/model.safetensors.index.json", error);
    const char* remedy =
        pickled   ? "; convert its pytorch_model.bin to model.safetensors"
        : sharded ? "; join its shards into one model.safetensors"
                  : "; give an HF model directory with config.json and model.safetensors";
    throw UserError("MODEL_NOT_FOUND", "model.path", directory,
                    fmt::format("model.path: '{}' has no model.safetensors{}", directory, remedy));
  }
  return SafetensorsReader(file);
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

BertWeights::BertWeights(const std::string& directory) : file_(Open(directory)) {}

at::Tensor BertWeights::Read(std::string_view name, at::IntArrayRef shape) const {
  const std::optional<std::string> found = Find(name);
  if (!found) {
    throw UserError("TENSOR_MISSING", file_.path(), std::string(name),
                    fmt::format("{}: there is no tensor '{}'; is this a BERT encoder with the "
                                "layers that config.json names?",
                                file_.path(), name));
  }
  const contract::TensorEntry& entry = *file_.header().Find(*found);
  if (at::IntArrayRef(entry.shape) != shape) {
    throw UserError("TENSOR_SHAPE", file_.path(), *found,
                    fmt::format("{}: tensor '{}' is [{}], config.json says [{}]", file_.path(),
                                *found, fmt::join(entry.shape, ", "), fmt::join(shape, ", ")));
  }
  return file_.ReadFloat(*found);
}

std::optional<at::Tensor> BertWeights::ReadIfFits(std::string_view name,
                                                  at::IntArrayRef shape) const {
  const std::optional<std::string> found = Find(name);
  if (!found || at::IntArrayRef(file_.header().Find(*found)->shape) != shape) return std::nullopt;
  return file_.ReadFloat(*found);
}

std::optional<std::string> BertWeights::Find(std::string_view name) const {
  for (const std::string& spelling : Spellings(name)) {
    for (const char* prefix : {"", "bert."}) {
      std::string candidate = prefix + spelling;
      if (file_.Has(candidate)) return candidate;
    }
  }
  return std::nullopt;
}

}  // namespace sparsweep::core
