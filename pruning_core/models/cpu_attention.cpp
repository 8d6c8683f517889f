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

#include <algorithm>
#include <cmath>
#include <optional>

#include "pruning_core/kernels/parallel_for.h"

namespace sparsweep::core {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Of the probabilities worked on at once, so that they stay in a core's cache; at least an
// example's.
constexpr int64_t kCacheBytes = 256 << 10;

// The arrays of a batch without their history, and what turns a part of one into matrices.
class Attention {
 public:
  Attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
            const at::Tensor& padding, int64_t heads)
      : queries_(queries.detach()),
        keys_(keys.detach()),
        values_(values.detach()),
        padding_(padding.defined() ? padding.to(queries.scalar_type())
                                   : at::zeros({1, 1, 1}, queries.options())),
        padded_(padding.defined()),
        heads_(heads),
        scale_(1.0 / std::sqrt(static_cast<double>(queries.size(2) / heads))) {}

  [[nodiscard]] at::Tensor Forward() const {
    at::Tensor context = at::empty(queries_.sizes(), queries_.options());
    ForEachPart([&](Part part) {
      const Matrices of = Of(part);
      Put(at::bmm(Probabilities(of, part), of.values), part, context);
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
    ForEachPart([&](Part part) {
      const Matrices of = Of(part);
      const at::Tensor probabilities = Probabilities(of, part);
      const at::Tensor upstream = ByHead(of_context, part);
      Put(at::bmm(probabilities.transpose(1, 2), upstream), part, out[2]);
      // P ⊙ (dP − row sums of P ⊙ dP), and the sums are those of O ⊙ dO.
      const at::Tensor sums = Wide(ByHead(context, part)).mul_(upstream).sum(-1, true);
      const at::Tensor of_scores = at::sub(at::bmm(upstream, of.values.transpose(1, 2)), sums)
                                       .mul_(probabilities)
                                       .to(probabilities.scalar_type());
      Put(at::bmm(of_scores, of.keys).mul_(scale_), part, out[0]);
      Put(at::bmm(of_scores.transpose(1, 2), of.queries).mul_(scale_), part, out[1]);
    });
    return out;
  }

 private:
  // Examples of the batch.
  struct Part {
    int64_t first, count;
  };
  // [count · heads, Q or S, H / heads], contiguous.
  struct Matrices {
    at::Tensor queries, keys, values;
  };

  // The parts are the same whatever the threads. These start without what the caller's has switched
  // on: neither casts nor records here.
  template <class Body>
  void ForEachPart(const Body& body) const {
    const int64_t batch = queries_.size(0);
    const auto of_example = static_cast<int64_t>(
        static_cast<size_t>(heads_ * queries_.size(1) * keys_.size(1)) * queries_.itemsize());
    const int64_t size = std::max<int64_t>(1, kCacheBytes / std::max<int64_t>(1, of_example));
    ParallelFor(static_cast<size_t>((batch + size - 1) / size), [&](size_t i) {
      const c10::impl::ExcludeDispatchKeyGuard no_casts(c10::autocast_dispatch_keyset);
      const at::NoGradGuard no_grad;
      const int64_t first = static_cast<int64_t>(i) * size;
      body(Part{first, std::min(size, batch - first)});
    });
  }

  [[nodiscard]] Matrices Of(Part part) const {
    return {ByHead(queries_, part), ByHead(keys_, part), ByHead(values_, part)};
  }

  [[nodiscard]] at::Tensor ByHead(const at::Tensor& array, Part part) const {
    const int64_t tokens = array.size(1);
    const int64_t head = array.size(2) / heads_;
    return array.narrow(0, part.first, part.count)
        .view({part.count, tokens, heads_, head})
        .transpose(1, 2)
        .reshape({part.count * heads_, tokens, head})
        .contiguous();
  }

  // A copy in which sums do not round more than in fp32.
  [[nodiscard]] static at::Tensor Wide(const at::Tensor& matrices) {
    const at::ScalarType own = matrices.scalar_type();
    return matrices.to(own == at::kDouble ? own : at::kFloat, /*non_blocking=*/false,
                       /*copy=*/true);
  }

  // What ByHead() is the inverse of.
  void Put(const at::Tensor& matrices, Part part, const at::Tensor& array) const {
    const int64_t tokens = array.size(1);
    const int64_t head = array.size(2) / heads_;
    array.narrow(0, part.first, part.count)
        .view({part.count, tokens, heads_, head})
        .copy_(matrices.view({part.count, heads_, tokens, head}).transpose(1, 2));
  }

  // [count · heads, Q, S].
  [[nodiscard]] at::Tensor Probabilities(const Matrices& of, Part part) const {
    const int64_t queries = of.queries.size(1);
    const int64_t keys = of.keys.size(1);
    const at::Tensor added = padded_ ? padding_.narrow(0, part.first, part.count)
                                           .expand({part.count, heads_, queries, keys})
                                           .reshape({part.count * heads_, queries, keys})
                                     : padding_.expand({part.count * heads_, queries, keys});
    return at::softmax(
        at::baddbmm(added, of.queries, of.keys.transpose(1, 2), padded_ ? 1 : 0, scale_), -1);
  }

  at::Tensor queries_, keys_, values_;  // [B, Q or S, H]
  at::Tensor padding_;                  // [B, 1, 1, S], or one number that nobody reads
  bool padded_;
  int64_t heads_;
  double scale_;
};

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& queries,
                            const at::Tensor& keys, const at::Tensor& values,
                            const std::optional<at::Tensor>& asked, int64_t heads) {
    const at::Tensor padding = asked.value_or(at::Tensor());
    const at::Tensor out = Attention(queries, keys, values, padding, heads).Forward();
    context->save_for_backward({queries, keys, values, padding, out});
    context->saved_data["heads"] = heads;
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list of_context) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "attention is differentiable once");
    const variable_list saved = context->get_saved_variables();
    variable_list out =
        Attention(saved[0], saved[1], saved[2], saved[3], context->saved_data["heads"].toInt())
            .Backward(saved[4].detach(), of_context[0].contiguous());
    out.resize(5);  // none for padding and heads
    return out;
  }
};

}  // namespace

at::Tensor AttendOnCpu(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                       const at::Tensor& padding, int64_t heads) {
  std::optional<at::Tensor> given;  // autograd takes no undefined array
  if (padding.defined()) given = padding;
  return AttentionFunction::apply(queries, keys, values, given, heads);
}

}  // namespace sparsweep::core
