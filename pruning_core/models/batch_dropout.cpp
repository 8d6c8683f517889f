#include "pruning_core/models/batch_dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <cstring>
#include <stdexcept>

#include "pruning_core/models/device_dropout.h"

namespace sparsweep::core {

bool BatchDropout::DropsAttention() const {
  return DropoutRate(dropout_.attention).threshold() != 0;
}

at::Tensor BatchDropout::Hidden(const at::Tensor& input, uint64_t site) const {
  const int64_t rows = input.size(0);
  DropoutShape shape{.heads = 1, .tokens = rows / tokens_.examples(), .width = input.size(1)};
  if (tokens_.AreTokens(rows)) {
    shape.tokens = tokens_.width();
    shape.starts = tokens_.offsets().data();
  }
  return Apply(input, dropout_.hidden, site, shape);
}

at::Tensor BatchDropout::Attention(const at::Tensor& input, uint64_t site) const {
  return Apply(input, dropout_.attention, site,
               {.heads = input.size(1), .tokens = input.size(2), .width = input.size(3)});
}

at::Tensor BatchDropout::Apply(const at::Tensor& input, double probability, uint64_t site,
                               DropoutShape shape) const {
  const DropoutRate rate(probability);
  if (rate.threshold() == 0) return input;
  if (rows_.size() != static_cast<size_t>(tokens_.examples())) {
    throw std::invalid_argument("dropout needs the dataset row of each example");
  }
  const DropoutPlace place{dropout_.seed, dropout_.step, site};
  if (FillsDropout(input.device())) {
    const at::Tensor factors = at::empty(input.sizes(), input.options().dtype(at::kFloat));
    if (shape.starts != nullptr) {
      shape.starts = OffsetsOn(input.device()).const_data_ptr<int64_t>();
    }
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

const at::Tensor& BatchDropout::OffsetsOn(at::Device device) const {
  if (!offsets_there_.defined()) {
    offsets_there_ = at::tensor(at::ArrayRef<int64_t>(tokens_.offsets()))
                         .to(device, at::kLong, /*non_blocking=*/true);
  }
  return offsets_there_;
}

}  // namespace sparsweep::core
