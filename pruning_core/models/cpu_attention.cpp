#include "pruning_core/models/cpu_attention.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/baddbmm.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/zeros.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

#include "pruning_core/kernels/parallel_for.h"

namespace sparsweep::core {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Of the probabilities worked on at once; at least an example's.
constexpr int64_t kCacheBytes = 256 << 10;

// The arrays of a batch without their history, and what turns a part of one into matrices.
class Attention {
 public:
  Attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
            const AttentionRows& rows, int64_t heads)
      : queries_(queries.detach()),
        keys_(keys.detach()),
        values_(values.detach()),
        unread_(at::zeros({1, 1, 1}, queries.options())),
        parts_(CutIntoParts(rows, heads * static_cast<int64_t>(queries.itemsize()), kCacheBytes)),
        heads_(heads),
        scale_(1.0 / std::sqrt(static_cast<double>(queries.size(1) / heads))) {}

  [[nodiscard]] at::Tensor Forward() const {
    at::Tensor context = at::empty(queries_.sizes(), queries_.options());
    ForEachPart([&](const AttentionPart& part) {
      const Matrices of = Of(part);
      Queries(context, part).copy_(Split(at::bmm(Probabilities(of), of.values), part));
    });
    return context;
  }

  // The gradients of queries, keys and values; `context` is what Forward() gave.
  [[nodiscard]] variable_list Backward(const at::Tensor& context,
                                       const at::Tensor& of_context) const {
    variable_list out;
    for (const at::Tensor& array : {queries_, keys_, values_}) {
      out.push_back(at::empty(array.sizes(), array.options()));
    }
    ForEachPart([&](const AttentionPart& part) {
      const Matrices of = Of(part);
      const at::Tensor probabilities = Probabilities(of);
      const at::Tensor upstream = ByHead(Queries(of_context, part));
      PutKeys(at::bmm(probabilities.transpose(1, 2), upstream), part, out[2]);
      // P ⊙ (dP − row sums of P ⊙ dP), and the sums are those of O ⊙ dO.
      const at::Tensor sums = Wide(ByHead(Queries(context, part))).mul_(upstream).sum(-1, true);
      const at::Tensor of_scores = at::sub(at::bmm(upstream, of.values.transpose(1, 2)), sums)
                                       .mul_(probabilities)
                                       .to(probabilities.scalar_type());
      Queries(out[0], part).copy_(Split(at::bmm(of_scores, of.keys).mul_(scale_), part));
      PutKeys(at::bmm(of_scores.transpose(1, 2), of.queries).mul_(scale_), part, out[1]);
    });
    return out;
  }

 private:
  // [examples · heads, queries or tokens, H / heads], contiguous.
  struct Matrices {
    at::Tensor queries, keys, values;
  };

  // The threads start without what the caller's has switched on: neither casts nor records here.
  template <class Body>
  void ForEachPart(const Body& body) const {
    ParallelFor(parts_.size(), [&](size_t i) {
      const c10::impl::ExcludeDispatchKeyGuard no_casts(c10::autocast_dispatch_keyset);
      const at::NoGradGuard no_grad;
      body(parts_[i]);
    });
  }

  [[nodiscard]] Matrices Of(const AttentionPart& part) const {
    return {ByHead(Queries(queries_, part)), ByHead(Keys(keys_, part)),
            ByHead(Keys(values_, part))};
  }

  // Views of a part's rows: [examples, heads, rows of each, H / heads].
  [[nodiscard]] at::Tensor Rows(const at::Tensor& array, int64_t first, int64_t examples,
                                int64_t of_each) const {
    return array.narrow(0, first, examples * of_each)
        .view({examples, of_each, heads_, array.size(1) / heads_})
        .transpose(1, 2);
  }
  [[nodiscard]] at::Tensor Queries(const at::Tensor& array, const AttentionPart& part) const {
    return Rows(array, part.first_query, part.examples, part.queries);
  }
  [[nodiscard]] at::Tensor Keys(const at::Tensor& array, const AttentionPart& part) const {
    return Rows(array, part.first_key, part.examples, part.keys).narrow(2, 0, part.tokens);
  }

  [[nodiscard]] at::Tensor ByHead(const at::Tensor& rows) const {
    return rows.reshape({rows.size(0) * heads_, rows.size(2), rows.size(3)}).contiguous();
  }

  // ByHead()'s matrices by example again.
  [[nodiscard]] at::Tensor Split(const at::Tensor& matrices, const AttentionPart& part) const {
    return matrices.view({part.examples, heads_, matrices.size(1), matrices.size(2)});
  }

  void PutKeys(const at::Tensor& matrices, const AttentionPart& part,
               const at::Tensor& array) const {
    Keys(array, part).copy_(Split(matrices, part));
    if (part.tokens == part.keys) return;
    Rows(array, part.first_key, part.examples, part.keys)
        .narrow(2, part.tokens, part.keys - part.tokens)
        .zero_();
  }

  // A copy in which sums do not round more than in fp32.
  [[nodiscard]] static at::Tensor Wide(const at::Tensor& matrices) {
    const at::ScalarType own = matrices.scalar_type();
    return matrices.to(own == at::kDouble ? own : at::kFloat, /*non_blocking=*/false,
                       /*copy=*/true);
  }

  // [examples · heads, queries, tokens].
  [[nodiscard]] at::Tensor Probabilities(const Matrices& of) const {
    const at::Tensor nothing =
        unread_.expand({of.queries.size(0), of.queries.size(1), of.keys.size(1)});
    return at::softmax(
        at::baddbmm(nothing, of.queries, of.keys.transpose(1, 2), /*beta=*/0, scale_), -1);
  }

  at::Tensor queries_, keys_, values_;  // [rows, H]
  at::Tensor unread_;                   // one number
  std::vector<AttentionPart> parts_;
  int64_t heads_;
  double scale_;
};

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& queries,
                            const at::Tensor& keys, const at::Tensor& values,
                            const AttentionRows& rows, int64_t heads) {
    const at::Tensor out = Attention(queries, keys, values, rows, heads).Forward();
    context->save_for_backward({queries, keys, values, out});
    context->saved_data["query_rows"] = rows.queries;
    context->saved_data["key_rows"] = rows.keys;
    context->saved_data["tokens"] = rows.tokens;
    context->saved_data["heads"] = heads;
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list of_context) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "attention is differentiable once");
    const variable_list saved = context->get_saved_variables();
    const AttentionRows rows{context->saved_data["query_rows"].toIntVector(),
                             context->saved_data["key_rows"].toIntVector(),
                             context->saved_data["tokens"].toIntVector()};
    variable_list out =
        Attention(saved[0], saved[1], saved[2], rows, context->saved_data["heads"].toInt())
            .Backward(saved[3].detach(), of_context[0].contiguous());
    out.resize(5);  // none for rows and heads
    return out;
  }
};

}  // namespace

at::Tensor AttendOnCpu(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                       const AttentionRows& rows, int64_t heads) {
  return AttentionFunction::apply(queries, keys, values, rows, heads);
}

}  // namespace sparsweep::core
