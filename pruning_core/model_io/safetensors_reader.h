// Reads a safetensors file whose header was checked against its size.
#pragma once

#include <string>
#include <string_view>

#include "ATen/core/Tensor.h"
#include "contract/safetensors_header.h"

namespace sparsweep::core {

// Owns the descriptor; movable. Tensors are read when asked for, so only what is used is ever in
// memory. Reading throws std::system_error when the disk refuses, UserError (BAD_SAFETENSORS, field
// = file, value = tensor) for the rest. Const methods may be called from several threads.
class SafetensorsReader {
 public:
  // Throws UserError: FILE_NOT_FOUND, or BAD_SAFETENSORS for a file that is cut or whose header
  // lies.
  explicit SafetensorsReader(std::string path);
  SafetensorsReader(SafetensorsReader&& other) noexcept;
  SafetensorsReader& operator=(SafetensorsReader&& other) noexcept;
  ~SafetensorsReader();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const contract::SafetensorsHeader& header() const { return header_; }
  [[nodiscard]] bool Has(std::string_view name) const { return header_.Find(name) != nullptr; }

  // In the type of the file: F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL.
  [[nodiscard]] at::Tensor Read(std::string_view name) const;
  // F32, F16 or BF16 as fp32; other types are an error.
  [[nodiscard]] at::Tensor ReadFloat(std::string_view name) const;
  // Fills `into` (contiguous, on the CPU), which must have the type and the shape of the file's
  // tensor.
  void ReadInto(std::string_view name, const at::Tensor& into) const;

 private:
  const contract::TensorEntry& Entry(std::string_view name) const;
  void ReadBytes(const contract::TensorEntry& entry, void* into) const;

  std::string path_;
  int descriptor_ = -1;
  contract::SafetensorsHeader header_;
};

}  // namespace sparsweep::core
