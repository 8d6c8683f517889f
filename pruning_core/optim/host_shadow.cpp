#include "pruning_core/optim/host_shadow.h"

#include <ATen/core/grad_mode.h>

namespace sparsweep::core {

HostShadow::HostShadow(const ParameterList& on_device)
    : on_device_(on_device), on_host_(on_device) {
  for (Parameter& parameter : on_host_) {
    parameter.value = parameter.value.detach().to(at::kCPU, at::kFloat, false, /*copy=*/true);
  }
}

void HostShadow::FetchGradients() const {
  const at::NoGradGuard no_grad;
  for (size_t p = 0; p < on_device_.size(); ++p) {
    const at::Tensor& gradient = on_device_[p].value.grad();
    at::Tensor& copy = on_host_[p].value.mutable_grad();
    if (gradient.defined()) {
      copy = gradient.to(at::kCPU, at::kFloat, false, /*copy=*/true);
    } else {
      copy.reset();
    }
  }
}

void HostShadow::Publish() const {
  const at::NoGradGuard no_grad;
  for (size_t p = 0; p < on_device_.size(); ++p) {
    const at::Tensor& from = on_host_[p].value;
    const at::Tensor& to = on_device_[p].value;
    to.set_requires_grad(from.requires_grad());
    if (!from.requires_grad()) continue;  // frozen: the values are those of before
    to.copy_(from);
    if (!from.grad().defined()) to.mutable_grad().reset();
  }
}

}  // namespace sparsweep::core
