#include "pruning_core/models/cpu_attention.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/baddbmm.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <optional>

namespace sparsweep::core {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The arrays of a batch without their history, and what turns a part of one into matrices.
class Attention {
 public:
  Attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
            const at::Tensor& padding, int64_t heads)
      : queries_(queries.detach()),
        keys_(keys.detach()),
        values_(values.detach()),
        padding_(padding.defined() ? padding.to(queries.scalar_type())
                                   : at::zeros({1}, queries.options())),
        padded_(padding.defined()),
        heads_(heads),
        scale_(1.0 / std::sqrt(static_cast<double>(queries.size(2) / heads))) {}

  [[nodiscard]] at::Tensor Forward() const {
    at::Tensor context = at::empty(queries_.sizes(), queries_.options());
    ForEachExample([&](int64_t example) {
      const Example one = Of(example);
      ByHead(context, example).copy_(at::bmm(Probabilities(one, example), one.values));
    });
    return context;
  }

  // The gradients of queries, keys and values.
  [[nodiscard]] variable_list Backward(const at::Tensor& of_context) const {
    variable_list out;
    for (const at::Tensor& array : {queries_, keys_, values_}) {
      out.push_back(at::empty(array.sizes(), array.options()));
    }
    ForEachExample([&](int64_t example) {
      const Example one = Of(example);
      const at::Tensor probabilities = Probabilities(one, example);
      const at::Tensor upstream = ByHead(of_context, example).contiguous();
      ByHead(out[2], example).copy_(at::bmm(probabilities.transpose(1, 2), upstream));
      const at::Tensor of_scores =
          at::_softmax_backward_data(at::bmm(upstream, one.values.transpose(1, 2)), probabilities,
                                     -1, probabilities.scalar_type());
      ByHead(out[0], example).copy_(at::bmm(of_scores, one.keys).mul_(scale_));
      ByHead(out[1], example).copy_(at::bmm(of_scores.transpose(1, 2), one.queries).mul_(scale_));
    });
    return out;
  }

 private:
  // Threads start without what the caller's has switched: neither casts nor records here.
  template <class Body>
  void ForEachExample(const Body& body) const {
    at::parallel_for(0, queries_.size(0), 1, [&](int64_t begin, int64_t end) {
      const c10::impl::ExcludeDispatchKeyGuard no_casts(c10::autocast_dispatch_keyset);
      const at::NoGradGuard no_grad;
      for (int64_t example = begin; example < end; ++example) body(example);
    });
  }

  // The matrices of an example, a head after the other.
  struct Example {
    at::Tensor queries, keys, values;  // [heads, Q or S, H / heads]
  };
  [[nodiscard]] Example Of(int64_t example) const {
    return {ByHead(queries_, example).contiguous(), ByHead(keys_, example).contiguous(),
            ByHead(values_, example).contiguous()};
  }

  [[nodiscard]] at::Tensor ByHead(const at::Tensor& array, int64_t example) const {
    const at::Tensor one = array.select(0, example);
    return one.view({one.size(0), heads_, one.size(1) / heads_}).transpose(0, 1);
  }

  // [heads, Q, S].
  [[nodiscard]] at::Tensor Probabilities(const Example& one, int64_t example) const {
    const at::Tensor& padding = padded_ ? padding_.select(0, example) : padding_;
    return at::softmax(at::baddbmm(padding.expand({heads_, one.queries.size(1), one.keys.size(1)}),
                                   one.queries, one.keys.transpose(1, 2), padded_ ? 1 : 0, scale_),
                       -1);
  }

  at::Tensor queries_, keys_, values_;  // [B, Q or S, H]
  at::Tensor padding_;                  // [B, 1, 1, S], or any number
  bool padded_;
  int64_t heads_;
  double scale_;
};

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& queries,
                            const at::Tensor& keys, const at::Tensor& values,
                            const std::optional<at::Tensor>& asked, int64_t heads) {
    const at::Tensor padding = asked.value_or(at::Tensor());
    context->save_for_backward({queries, keys, values, padding});
    context->saved_data["heads"] = heads;
    return Attention(queries, keys, values, padding, heads).Forward();
  }

  static variable_list backward(AutogradContext* context, variable_list of_context) {
    const variable_list saved = context->get_saved_variables();
    variable_list out =
        Attention(saved[0], saved[1], saved[2], saved[3], context->saved_data["heads"].toInt())
            .Backward(of_context[0].contiguous());
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
