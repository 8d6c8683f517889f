#include "pruning_core/distill/logit_file.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "pruning_core/model_io/sealed_safetensors.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr char kLogits[] = "logits";
constexpr char kKey[] = "key";

}  // namespace

LogitFile::LogitFile(const std::string& directory, std::string key)
    : key_(std::move(key)), path_(directory + "/teacher-" + key_ + ".safetensors") {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw std::system_error(error, "cannot create directory " + directory);
}

LogitFile::State LogitFile::Read(int64_t size, at::Tensor& values) const {
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) return State::kAbsent;
  try {
    const SafetensorsReader file = OpenSealed(path_);
    const auto key = file.header().metadata.find(kKey);
    if (key == file.header().metadata.end() || key->second != key_) return State::kDamaged;
    values = file.ReadFloat(kLogits);
    return values.numel() == size ? State::kWhole : State::kDamaged;
  } catch (const UserError&) {
    return State::kDamaged;
  }
}

void LogitFile::Write(const at::Tensor& values) const {
  WriteSealed(path_, {{kLogits, values}}, {{kKey, key_}});
}

}  // namespace sparsweep::core
