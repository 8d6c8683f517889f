// Order, dropout and gate noise are functions of where they are used, so the number of threads
// cannot change what is drawn: only how sums are rounded.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pruning_core/data/batch.h"
#include "pruning_core/data/batch_order.h"
#include "pruning_core/optim/pruning_optimizer.h"
#include "pruning_core/train/run_inputs.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::core {
namespace {

struct Drawn {
  std::vector<uint32_t> order;
  std::vector<at::Tensor> gates;  // l0's W' of the first step: weights times drawn gates
  at::Tensor logits;              // with dropout
};

Drawn DrawWith(int threads, const contract::TrialSpec& spec) {
  at::set_num_threads(threads);
  RunInputs inputs = LoadRunInputs(spec);
  BatchOrder order(inputs.data.train.Lengths(), spec.training.batch, spec.seed);
  Drawn drawn;
  for (uint64_t step = 0; step < 200; ++step) {
    std::ranges::copy(order.At(step), std::back_inserter(drawn.order));
  }
  const std::vector<uint32_t> rows{3, 5, 8, 13};
  const Batch batch = MakeBatch(inputs.data.train, rows, inputs.pad_id);
  drawn.logits =
      inputs.loaded.model.Logits(batch, {.hidden = 0.3, .attention = 0.3, .seed = 1, .step = 7})
          .detach();
  PruningOptimizer optimizer(inputs.loaded.model.parameters(),
                             MakePruningMethod(spec.pruning, spec.seed),
                             MakeHyperparameters(spec.training, spec.pruning, spec.seed));
  for (const PrunedMatrix& matrix : optimizer.matrices()) {
    drawn.gates.push_back(matrix.working.detach().clone());
  }
  return drawn;
}

TEST(ThreadsTest, DrawNothingElse) {
  const test::TemporaryFolder folder;
  const contract::TrialSpec spec = test::TinyTrial(folder.path(), "l0");
  const Drawn one = DrawWith(1, spec);
  const Drawn two = DrawWith(2, spec);
  at::set_num_threads(1);
  EXPECT_EQ(one.order, two.order);
  ASSERT_EQ(one.gates.size(), two.gates.size());
  for (size_t m = 0; m < one.gates.size(); ++m) EXPECT_TRUE(one.gates[m].equal(two.gates[m])) << m;
  // A unit that one of them drops would move a logit by far more than rounding does.
  EXPECT_LT((one.logits - two.logits).abs().max().item<double>(), 1e-5);
}

}  // namespace
}  // namespace sparsweep::core
