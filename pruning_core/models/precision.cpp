#include "pruning_core/models/precision.h"

#include <ATen/autocast_mode.h>

namespace sparsweep::core {
namespace {

bool HasBf16Instructions(at::Device device) {
  if (device.is_cuda()) return true;
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

}  // namespace

Precision ResolvePrecision(std::string_view asked, at::Device device) {
  if (asked == "auto") return HasBf16Instructions(device) ? Precision::kBf16 : Precision::kFp32;
  return asked == "bf16" ? Precision::kBf16 : Precision::kFp32;
}

std::optional<std::string> PrecisionWarning(std::string_view asked, at::Device device) {
  if (asked == "bf16" && !HasBf16Instructions(device)) {
    return "training.precision: this processor has no bf16 instructions (AVX512_BF16), so bf16 is "
           "several times slower than fp32; give auto";
  }
  if (asked == "auto" && HasBf16Instructions(device)) {
    return "training.precision: auto is bf16 here; give fp32 to compute as elsewhere";
  }
  return std::nullopt;
}

PrecisionScope::PrecisionScope(Precision precision, at::Device device)
    : device_(device.type()), active_(precision == Precision::kBf16) {
  if (!active_) return;
  at::autocast::set_autocast_dtype(device_, at::kBFloat16);
  at::autocast::set_autocast_enabled(device_, true);
  at::autocast::increment_nesting();
}

PrecisionScope::~PrecisionScope() {
  if (!active_) return;
  // The weights it keeps in bf16 change with the next step.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, false);
}

}  // namespace sparsweep::core
