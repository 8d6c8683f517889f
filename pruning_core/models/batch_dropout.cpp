#include "pruning_core/models/batch_dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <cstring>
#include <stdexcept>

#include "pruning_core/models/device_dropout.h"

namespace sparsweep::core {

bool BatchDropout::DropsAttention() const {
  return DropoutRate(dropout_.attention).threshold() != 0;
}

at::Tensor BatchDropout::Hidden(const at::Tensor& input, uint64_t site) const {
  return Apply(input, dropout_.hidden, site);
}

at::Tensor BatchDropout::Attention(const at::Tensor& input, uint64_t site) const {
  return Apply(input, dropout_.attention, site);
}

at::Tensor BatchDropout::Apply(const at::Tensor& input, double probability, uint64_t site) const {
  const DropoutRate rate(probability);
  if (rate.threshold() == 0) return input;
  if (rows_.size() != static_cast<size_t>(input.size(0))) {
    throw std::invalid_argument("dropout needs the dataset row of each example");
  }
  const DropoutPlace place{dropout_.seed, dropout_.step, site};
  const DropoutShape shape{.heads = input.dim() == 4 ? input.size(1) : 1,
                           .tokens = input.dim() == 2 ? 1 : input.size(-2),
                           .width = input.size(-1)};
  if (FillsDropout(input.device())) {
    const at::Tensor factors = at::empty(input.sizes(), input.options().dtype(at::kFloat));
    FillDropoutThere(place, rate, RowsOn(input.device()), shape, factors);
    return input * factors;
  }
  const at::Tensor factors = at::empty(input.sizes(), at::kFloat);
  FillDropout(place, rate, rows_, shape, factors.mutable_data_ptr<float>());
  return input * factors.to(input.device());
}

const at::Tensor& BatchDropout::RowsOn(at::Device device) const {
  if (!rows_there_.defined()) {
    const at::Tensor rows = at::empty({static_cast<int64_t>(rows_.size())}, at::kInt);
    std::memcpy(rows.mutable_data_ptr(), rows_.data(), rows_.size_bytes());
    rows_there_ = rows.to(device, at::kInt, /*non_blocking=*/true);
  }
  return rows_there_;
}

}  // namespace sparsweep::core
