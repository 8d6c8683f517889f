#include "pruning_core/models/batch_dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <stdexcept>

#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/models/dropout_line.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kPurpose = 0x64726F706F757421;  // "dropout!": keeps these numbers apart

// A line is a head's row of queries or a token's vector; its number must not know the padding.
uint64_t LineNumber(uint64_t head, uint64_t token) { return head << 32 | token; }

}  // namespace

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
  const int64_t dimensions = input.dim();
  const int64_t heads = dimensions == 4 ? input.size(1) : 1;
  const int64_t tokens = dimensions == 2 ? 1 : input.size(-2);
  const auto width = static_cast<size_t>(input.size(-1));
  if (rows_.size() != static_cast<size_t>(input.size(0))) {
    throw std::invalid_argument("dropout needs the dataset row of each example");
  }
  const at::Tensor factors = at::empty(input.sizes(), at::kFloat);
  float* at = factors.mutable_data_ptr<float>();
  for (const uint32_t row : rows_) {
    const CounterStream lines(dropout_.seed, kPurpose ^ Mix(dropout_.step), Mix(site) ^ row);
    for (int64_t head = 0; head < heads; ++head) {
      for (int64_t token = 0; token < tokens; ++token, at += width) {
        const uint64_t number =
            LineNumber(static_cast<uint64_t>(head), static_cast<uint64_t>(token));
        FillDropoutLine(lines.At(number), rate, {at, width});
      }
    }
  }
  return input * factors.to(input.device());
}

}  // namespace sparsweep::core
