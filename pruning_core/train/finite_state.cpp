#include "pruning_core/train/finite_state.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/methods/numeric_error.h"

namespace sparsweep::core {
namespace {

constexpr std::string_view kParameter = "parameter/";

bool Finite(const at::Tensor& values) {
  if (!values.is_cpu()) return values.isfinite().all().item<bool>();
  return AllFinite(values.const_data_ptr<float>(), values.numel());
}

}  // namespace

void RequireFinite(const std::vector<NamedTensor>& state, int64_t step) {
  for (const NamedTensor& named : state) {
    if (!named.name.starts_with(kParameter)) continue;
    if (Finite(named.tensor)) continue;
    const std::string matrix = named.name.substr(kParameter.size());
    throw NumericError(step, matrix,
                       fmt::format("{}: not finite after step {}; lower the learning rates or set "
                                   "training.max_grad_norm",
                                   matrix, step));
  }
}

}  // namespace sparsweep::core
