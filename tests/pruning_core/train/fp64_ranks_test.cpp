// Whether ranks share a batch without losing, repeating or weighing anything wrongly shows in fp64,
// where the order of sums costs nothing that matters: model, data, losses, dropout, shares and
// exchange are the product's, the optimizer of this file computes the same formulas on fp64
// tensors, because the product's kernels are fp32.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>

#include "pruning_core/data/batch_order.h"
#include "pruning_core/models/task_loss.h"
#include "pruning_core/optim/hyperparameters.h"
#include "pruning_core/schedule/learning_rate.h"
#include "pruning_core/train/run_inputs.h"
#include "pruning_core/train/step_exchange.h"
#include "tests/pruning_core/distributed/rank_threads.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kSteps = 20;

struct Moments {
  explicit Moments(const at::Tensor& like) : first(at::zeros_like(like)), second(first.clone()) {}

  void Update(const at::Tensor& value, const at::Tensor& gradient, int64_t step, double rate) {
    first.mul_(0.9).add_(gradient, 0.1);
    second.mul_(0.999).addcmul_(gradient, gradient, 0.001);
    const auto t = static_cast<double>(step);
    const double size = rate * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t));
    value.add_(first / (second.sqrt() + 1e-8), -size);
  }
  at::Tensor first, second;
};

// A trained parameter; of a pruned matrix W, S and mask besides W', which is `leaf`.
struct Trained {
  Trained(const at::Tensor& parameter, bool pruned)
      : leaf(parameter),
        weight(pruned ? parameter.detach().clone() : parameter.detach()),
        moments(weight),
        score(at::zeros_like(weight)),
        score_moments(score),
        mask(at::ones_like(weight)),
        scored(pruned) {}

  at::Tensor leaf, weight;
  Moments moments;
  at::Tensor score;
  Moments score_moments;
  at::Tensor mask;
  bool scored;
};

class Fp64Run {
 public:
  Fp64Run(const contract::TrialSpec& spec, ProcessGroup& group)
      : spec_(spec),
        group_(group),
        inputs_(LoadRunInputs(spec)),
        hyper_(MakeHyperparameters(spec.training, spec.pruning, spec.seed)),
        order_(inputs_.data.train.Lengths(), spec.training.batch, spec.seed) {
    for (const Parameter& parameter : inputs_.loaded.model.parameters()) {
      parameter.value.set_data(parameter.value.to(at::kDouble));
      if (parameter.role == ParameterRole::kEmbedding) continue;
      parameter.value.set_requires_grad(true);
      trained_.emplace_back(parameter.value, spec.pruning.method == "soft_movement" &&
                                                 parameter.role == ParameterRole::kPrunable);
    }
  }

  void Run() {
    StepExchange exchange(group_, inputs_.loaded.model.parameters(), [] { return false; });
    for (int64_t step = 0; step < kSteps; ++step) {
      const auto rows = order_.At(static_cast<uint64_t>(step));
      const auto own = exchange.Begin(rows);
      double loss = 0;
      exchange.BeforeLastBackward();
      if (!own.empty()) loss = Backward(own, rows.size(), step);
      losses.push_back(exchange.Finish(loss));
      Update(step);
    }
  }

  // W, then S and mask of what is pruned.
  std::vector<at::Tensor> State() const {
    std::vector<at::Tensor> state;
    for (const Trained& trained : trained_) {
      state.push_back(trained.weight.view(-1));
      if (trained.scored) state.push_back(trained.score.view(-1));
    }
    return state;
  }
  std::vector<at::Tensor> Masks() const {
    std::vector<at::Tensor> masks;
    for (const Trained& trained : trained_) masks.push_back(trained.mask);
    return masks;
  }
  std::vector<double> losses;

 private:
  double Backward(std::span<const uint32_t> own, size_t of_all, int64_t step) {
    const Batch batch = MakeBatch(inputs_.data.train, own, inputs_.pad_id);
    const at::Tensor logits =
        inputs_.loaded.model.Logits(batch, {.hidden = spec_.training.dropout,
                                            .attention = spec_.training.attention_dropout,
                                            .seed = spec_.seed,
                                            .step = static_cast<uint64_t>(step)});
    const at::Tensor loss = CrossEntropy(logits, batch.labels) *
                            (static_cast<double>(own.size()) / static_cast<double>(of_all));
    loss.backward();
    return loss.item<double>();
  }

  void Update(int64_t step) {
    const at::NoGradGuard no_grad;
    const double factor = LearningRateFactor(step, hyper_.warmup_steps, hyper_.total_steps);
    const double v = hyper_.schedule.Threshold(step + 1);
    for (Trained& trained : trained_) {
      const at::Tensor gradient = trained.leaf.grad().detach().clone();
      const at::Tensor before = trained.weight.clone();
      trained.moments.Update(trained.weight, gradient * trained.mask, step + 1,
                             hyper_.learning_rate * factor);
      if (trained.scored) {
        const at::Tensor open = trained.score.sigmoid();
        const double pressure =
            hyper_.schedule.Lambda(step) / (12.0 * static_cast<double>(open.numel()));
        trained.score_moments.Update(trained.score,
                                     gradient * before + open * (1 - open) * pressure, step + 1,
                                     hyper_.score_learning_rate * factor);
        trained.mask.copy_(trained.score.sigmoid().gt(v));
        trained.leaf.detach().copy_(trained.weight * trained.mask);
      }
      trained.leaf.mutable_grad().reset();
    }
  }

  const contract::TrialSpec& spec_;
  ProcessGroup& group_;
  RunInputs inputs_;
  Hyperparameters hyper_;
  BatchOrder order_;
  std::vector<Trained> trained_;
};

class Fp64RanksTest : public ::testing::TestWithParam<const char*> {};

TEST_P(Fp64RanksTest, AgreeAfterTwentySteps) {
  const test::TemporaryFolder folder;
  contract::TrialSpec spec = test::TinyTrial(folder.path(), GetParam());
  test::WriteTinyData(spec.task.train, 43, 1);  // the last batch of a pass has three examples
  spec.training.batch = 8;
  spec.training.steps = kSteps;
  spec.training.warmup_steps = 4;
  spec.training.dropout = 0.1;
  spec.training.attention_dropout = 0.1;
  spec.pruning.score_learning_rate = 0.6;
  std::vector<at::Tensor> expected;
  std::vector<at::Tensor> masks;
  std::vector<double> losses;
  for (const int64_t ranks : {1, 2, 3}) {
    test::RunRanks(ranks, [&](ProcessGroup& group) {
      at::set_num_threads(1);
      Fp64Run run(spec, group);
      run.Run();
      if (group.rank() != 0) return;
      if (ranks == 1) {
        expected = run.State();
        masks = run.Masks();
        losses = run.losses;
        return;
      }
      double largest = 0;
      const auto state = run.State();
      for (size_t i = 0; i < state.size(); ++i) {
        const at::Tensor distance = (state[i] - expected[i]).abs() / (expected[i].abs() + 1e-3);
        largest = std::max(largest, distance.max().item<double>());
      }
      std::printf("%ld ranks: largest relative difference %.1e\n", ranks, largest);
      EXPECT_LE(largest, 1e-6);
      for (size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(run.losses[i], losses[i], 1e-9) << i;
      for (size_t i = 0; i < masks.size(); ++i) EXPECT_TRUE(run.Masks()[i].equal(masks[i])) << i;
    });
  }
  double kept = 0;
  double all = 0;
  for (const at::Tensor& mask : masks) {
    kept += mask.sum().item<double>();
    all += static_cast<double>(mask.numel());
  }
  std::printf("%.0f of %.0f mask bits kept\n", kept, all);
  if (spec.pruning.lambda) {
    EXPECT_GT(kept, 0.05 * all);
    EXPECT_LT(kept, 0.95 * all);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Fp64RanksTest, ::testing::Values("dense", "soft_movement"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace sparsweep::core
