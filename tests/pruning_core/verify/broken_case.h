// A copy of a stored case whose two files a test may damage.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ATen/core/Tensor.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::test {

class BrokenCase {
 public:
  // `name`: a folder of tests/golden.
  explicit BrokenCase(const std::string& name);

  [[nodiscard]] const std::string& path() const { return folder_.path(); }
  [[nodiscard]] std::string JsonFile() const { return path() + "/case.json"; }
  [[nodiscard]] std::string TensorFile() const { return path() + "/tensors.safetensors"; }
  void EditJson(const std::function<void(nlohmann::json&)>& edit) const;
  // `edit` changes the JSON of the header; its length stays: shorter text is padded.
  void EditHeader(const std::function<void(nlohmann::json&)>& edit) const;
  // `edit` changes, adds or removes tensors; the file is written anew.
  void EditTensors(const std::function<void(std::map<std::string, at::Tensor>&)>& edit) const;

 private:
  TemporaryFolder folder_;
};

}  // namespace sparsweep::test
