#include "pruning_core/train/finite_state.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/methods/numeric_error.h"

namespace sparsweep::core {
namespace {

constexpr std::string_view kParameter = "parameter/";

}  // namespace

void RequireFinite(const std::vector<NamedTensor>& state, int64_t step) {
  for (const NamedTensor& named : state) {
    if (!named.name.starts_with(kParameter)) continue;
    if (AllFinite(named.tensor.const_data_ptr<float>(), named.tensor.numel())) continue;
    const std::string matrix = named.name.substr(kParameter.size());
    throw NumericError(step, matrix,
                       fmt::format("{}: not finite after step {}; lower the learning rates or set "
                                   "training.max_grad_norm",
                                   matrix, step));
  }
}

}  // namespace sparsweep::core
