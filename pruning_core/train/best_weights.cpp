#include "pruning_core/train/best_weights.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <map>
#include <string>

namespace sparsweep::core {
namespace {

constexpr char kParameter[] = "parameter/";
constexpr char kMask[] = "mask/";

}  // namespace

std::vector<NamedTensor> CaptureWeights(const ParameterList& parameters,
                                        const std::vector<PrunedMatrix>& matrices) {
  std::vector<NamedTensor> captured;
  for (const Parameter& parameter : parameters) {
    if (!parameter.value.requires_grad()) continue;  // frozen: as it was read
    captured.push_back({kParameter + parameter.name,
                        parameter.value.detach().to(at::kCPU, at::kFloat, false, /*copy=*/true)});
  }
  for (const PrunedMatrix& matrix : matrices) {
    const auto bytes = matrix.mask.bytes();
    at::Tensor mask = at::empty({static_cast<int64_t>(bytes.size())}, at::kByte);
    std::ranges::copy(bytes, mask.mutable_data_ptr<uint8_t>());
    captured.push_back({kMask + matrix.name, std::move(mask)});
  }
  return captured;
}

void RestoreWeights(const std::vector<NamedTensor>& captured, ParameterList& parameters,
                    std::vector<contract::MaskMatrix>& masks) {
  const at::NoGradGuard no_grad;
  std::map<std::string, at::Tensor> tensors;
  for (const NamedTensor& named : captured) tensors.emplace(named.name, named.tensor);
  for (Parameter& parameter : parameters) {
    if (parameter.value.requires_grad()) {
      parameter.value.copy_(tensors.at(kParameter + parameter.name));
    }
  }
  for (contract::MaskMatrix& mask : masks) {
    const at::Tensor& bits = tensors.at(kMask + mask.name);
    std::copy_n(bits.const_data_ptr<uint8_t>(), bits.numel(), mask.bits.begin());
  }
}

}  // namespace sparsweep::core
