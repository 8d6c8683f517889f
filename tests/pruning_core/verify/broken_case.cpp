#include "tests/pruning_core/verify/broken_case.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/safetensors_writer.h"

namespace sparsweep::test {
namespace {

constexpr size_t kLengthBytes = 8;

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

BrokenCase::BrokenCase(const std::string& name) {
  const std::string from = SPARSWEEP_SOURCE_DIR "/tests/golden/" + name;
  for (const char* file : {"/case.json", "/tensors.safetensors"})
    Write(path() + file, Bytes(from + file));
}

void BrokenCase::EditJson(const std::function<void(nlohmann::json&)>& edit) const {
  nlohmann::json json = nlohmann::json::parse(Bytes(JsonFile()));
  edit(json);
  Write(JsonFile(), json.dump());
}

void BrokenCase::EditHeader(const std::function<void(nlohmann::json&)>& edit) const {
  std::string bytes = Bytes(TensorFile());
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  nlohmann::json header = nlohmann::json::parse(bytes.substr(kLengthBytes, length));
  edit(header);
  std::string text = header.dump();
  if (text.size() > length) throw std::logic_error("the edited header is longer");
  text.resize(length, ' ');
  bytes.replace(kLengthBytes, length, text);
  Write(TensorFile(), bytes);
}

void BrokenCase::EditTensors(
    const std::function<void(std::map<std::string, at::Tensor>&)>& edit) const {
  std::map<std::string, at::Tensor> tensors;
  {
    const core::SafetensorsReader reader(TensorFile());
    for (const contract::TensorEntry& entry : reader.header().tensors) {
      tensors[entry.name] = reader.Read(entry.name);
    }
  }
  edit(tensors);
  std::vector<core::NamedTensor> written;
  for (const auto& [name, tensor] : tensors) written.push_back({name, tensor});
  core::WriteSafetensors(TensorFile(), written);
}

}  // namespace sparsweep::test
