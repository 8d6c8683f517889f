// The logits of one teacher for one training set, as a file.
#pragma once

#include <cstdint>
#include <string>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// DIRECTORY/teacher-KEY.safetensors: one fp32 tensor "logits", sealed. The folder is made where it
// is missing.
class LogitFile {
 public:
  enum class State { kAbsent, kDamaged, kWhole };

  // Throws std::system_error.
  LogitFile(const std::string& directory, std::string key);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string lock_path() const { return path_ + ".lock"; }

  // kWhole: verified, and `values` holds its `size` logits. Throws std::system_error when the disk
  // refuses.
  [[nodiscard]] State Read(int64_t size, at::Tensor& values) const;
  // Complete or not at all. Throws std::system_error.
  void Write(const at::Tensor& values) const;

 private:
  std::string key_;
  std::string path_;
};

}  // namespace sparsweep::core
