#include "pruning_core/models/row_subset.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace sparsweep::core {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// What each of the two does, and backward the other one.
struct Moved {
  at::Tensor rows, places, absent;

  [[nodiscard]] at::Tensor Taken(const at::Tensor& array) const {
    return at::index_select(array, 0, rows);
  }
  [[nodiscard]] at::Tensor Put(const at::Tensor& subset) const {
    return at::index_select(subset, 0, places).masked_fill_(absent, 0.0);
  }
};

struct MoveRows : torch::autograd::Function<MoveRows> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& array,
                            const at::Tensor& rows, const at::Tensor& places,
                            const at::Tensor& absent, bool put) {
    context->save_for_backward({rows, places, absent});
    context->saved_data["put"] = put;
    const Moved moved{rows, places, absent};
    return put ? moved.Put(array) : moved.Taken(array);
  }

  static variable_list backward(AutogradContext* context, variable_list of_result) {
    const variable_list saved = context->get_saved_variables();
    const Moved moved{saved[0], saved[1], saved[2]};
    const bool put = context->saved_data["put"].toBool();
    variable_list out{put ? moved.Taken(of_result[0]) : moved.Put(of_result[0])};
    out.resize(5);  // none for what says where
    return out;
  }
};

}  // namespace

RowSubset::RowSubset(std::span<const int64_t> rows, int64_t of, at::Device device) {
  const at::Tensor own = at::empty({static_cast<int64_t>(rows.size())}, at::kLong);
  const at::Tensor places = at::zeros({of}, at::kLong);
  const at::Tensor absent = at::ones({of, 1}, at::kBool);
  std::ranges::copy(rows, own.mutable_data_ptr<int64_t>());
  for (size_t i = 0; i < rows.size(); ++i) {
    places.mutable_data_ptr<int64_t>()[rows[i]] = static_cast<int64_t>(i);
    absent.mutable_data_ptr<bool>()[rows[i]] = false;
  }
  rows_ = own.to(device, at::kLong, /*non_blocking=*/true);
  places_ = places.to(device, at::kLong, /*non_blocking=*/true);
  absent_ = absent.to(device, at::kBool, /*non_blocking=*/true);
}

at::Tensor RowSubset::Take(const at::Tensor& array) const {
  return MoveRows::apply(array, rows_, places_, absent_, false);
}

at::Tensor RowSubset::Put(const at::Tensor& subset) const {
  return MoveRows::apply(subset, rows_, places_, absent_, true);
}

}  // namespace sparsweep::core
