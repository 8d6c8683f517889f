#include "pruning_core/models/padded_attention.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <optional>

namespace sparsweep::core {

at::Tensor AttendPadded(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                        const PackedTokens& tokens, int64_t heads, const BatchDropout& dropout,
                        uint64_t site) {
  const int64_t head = queries.size(1) / heads;
  const auto by_head = [&](const at::Tensor& rows) {  // [B, heads, Q or S, head]
    const at::Tensor all = tokens.ByExample(rows);
    return all.view({all.size(0), all.size(1), heads, head}).transpose(1, 2);
  };
  const auto together = [&](const at::Tensor& context) {
    return tokens.FromExamples(context.transpose(1, 2).flatten(2), queries.size(0));
  };
  const at::Tensor& padding = tokens.padding_scores();
  if (!dropout.DropsAttention()) {
    std::optional<at::Tensor> mask;
    if (padding.defined()) mask = padding.to(queries.scalar_type());
    return together(
        at::scaled_dot_product_attention(by_head(queries), by_head(keys), by_head(values), mask));
  }
  at::Tensor scores = at::matmul(by_head(queries), by_head(keys).transpose(2, 3)) /
                      std::sqrt(static_cast<double>(head));
  if (padding.defined()) scores = scores + padding;
  return together(at::matmul(dropout.Attention(at::softmax(scores, -1), site), by_head(values)));
}

}  // namespace sparsweep::core
