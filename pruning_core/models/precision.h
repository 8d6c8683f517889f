// The type of the encoder's matrix products.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// kBf16: operands and results of matrix products and attention are rounded to bf16, in the backward
// pass too, so also the products that make the weights' gradients. Sums within a product,
// LayerNorm, residuals, head, loss, weights and the optimizer stay fp32; gradients are kept in
// fp32.
enum class Precision : uint8_t { kFp32, kBf16 };

// `asked` as training.precision says it: fp32, bf16 or auto, which is bf16 where that is faster:
// on CUDA (sm_80 and later, as all our kernels) and on processors with AVX512_BF16.
[[nodiscard]] Precision ResolvePrecision(std::string_view asked, at::Device device);

// What the reader of a trial's events should know: that auto became bf16, or that the bf16 asked
// for has no instructions here.
[[nodiscard]] std::optional<std::string> PrecisionWarning(std::string_view asked,
                                                          at::Device device);

// While it lives, this thread's forward passes on `device` are of that precision. Not copyable.
class PrecisionScope {
 public:
  PrecisionScope(Precision precision, at::Device device);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  at::DeviceType device_;
  bool active_;
};

}  // namespace sparsweep::core
