#include "pruning_core/distributed/gradient_buckets.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "tests/pruning_core/distributed/rank_threads.h"

namespace sparsweep::core {
namespace {

using test::RunRanks;

// Leaves of 3, 100 and 10 elements; the loss of factor f has the gradient f·(i+1) for leaf i.
struct Leaves {
  Leaves() {
    for (const int64_t size : {3, 100, 10}) {
      all.push_back(at::zeros({size}, at::kDouble).set_requires_grad(true));
    }
  }
  void Backward(double factor) const {
    at::Tensor loss = at::zeros({}, at::kDouble);
    for (size_t i = 0; i < all.size(); ++i) {
      loss = loss + all[i].sum() * (factor * static_cast<double>(i + 1));
    }
    loss.backward();
  }
  void ExpectGradients(double factor) const {
    for (size_t i = 0; i < all.size(); ++i) {
      const double expected = factor * static_cast<double>(i + 1);
      ASSERT_TRUE(all[i].grad().defined());
      EXPECT_TRUE(all[i].grad().eq(expected).all().item<bool>()) << i << all[i].grad()[0];
    }
  }
  void Clear() const {
    for (const at::Tensor& leaf : all) leaf.mutable_grad().reset();
  }
  std::vector<at::Tensor> all;
};

TEST(GradientBucketsTest, GradientsBecomeTheSumOverTheRanks) {
  for (const uint64_t bucket_bytes : {1u, 200u, 1u << 20}) {
    RunRanks(3, [&](ProcessGroup& group) {
      const Leaves leaves;
      GradientBuckets buckets(group, leaves.all, bucket_bytes);
      const uint64_t before = group.bytes();
      for (int step = 1; step <= 3; ++step) {
        buckets.Arm();
        leaves.Backward(static_cast<double>(step * (group.rank() + 1)));
        buckets.Finish();
        leaves.ExpectGradients(step * 6.0);
        leaves.Clear();
      }
      EXPECT_EQ(group.bytes() - before, 3u * 113 * sizeof(double));
    });
  }
}

TEST(GradientBucketsTest, FullBucketsLeaveBeforeTheBackwardPassEnds) {
  RunRanks(2, [](ProcessGroup& group) {
    const Leaves leaves;
    GradientBuckets buckets(group, leaves.all, 1);
    EXPECT_EQ(buckets.size(), 3u);
    buckets.Arm();
    const uint64_t before = group.bytes();
    leaves.Backward(1);
    EXPECT_EQ(group.bytes() - before, 113 * sizeof(double));  // all on their way, none waited for
    buckets.Finish();
    leaves.ExpectGradients(2);
  });
}

TEST(GradientBucketsTest, MicroBatchesAddUpBeforeAnythingTravels) {
  RunRanks(2, [](ProcessGroup& group) {
    const Leaves leaves;
    GradientBuckets buckets(group, leaves.all);
    const uint64_t before = group.bytes();
    leaves.Backward(1);
    leaves.Backward(10);
    EXPECT_EQ(group.bytes(), before);
    buckets.Arm();
    leaves.Backward(100);
    buckets.Finish();
    leaves.ExpectGradients(222);
    EXPECT_EQ(group.bytes() - before, 113 * sizeof(double));
  });
}

// Two steps, in each of which another rank alone has examples; `finish` ends what was armed.
void RunByTurns(const std::function<void(ProcessGroup&, GradientBuckets&)>& finish) {
  RunRanks(2, [&](ProcessGroup& group) {
    const Leaves leaves;
    GradientBuckets buckets(group, leaves.all);
    for (int step = 0; step < 2; ++step) {
      buckets.Arm();
      if (group.rank() == step) leaves.Backward(5);
      finish(group, buckets);
      leaves.ExpectGradients(5);
      leaves.Clear();
    }
  });
}

TEST(GradientBucketsTest, ARankWithoutExamplesAddsNothing) {
  RunByTurns([](ProcessGroup& /*group*/, GradientBuckets& buckets) { buckets.Finish(); });
}

TEST(GradientBucketsTest, WhatIsStartedAfterSendComesBehindThemOnEachRank) {
  RunByTurns([](ProcessGroup& group, GradientBuckets& buckets) {
    buckets.Send();
    const at::Tensor other = at::zeros({3}, at::kDouble) + 1.0;
    const auto transfer = group.StartSum(other);
    buckets.Finish();
    transfer->Wait();
    EXPECT_TRUE(other.eq(2.0).all().item<bool>());
  });
}

TEST(GradientBucketsTest, ALeafThatTheLossDoesNotReachIsRefused) {
  RunRanks(1, [](ProcessGroup& group) {
    const Leaves leaves;
    GradientBuckets buckets(group, leaves.all);
    buckets.Arm();
    leaves.all[0].sum().backward();
    EXPECT_THROW(buckets.Finish(), std::logic_error);
  });
}

TEST(GradientBucketsTest, LeavesAreFreeAfterwards) {
  RunRanks(1, [](ProcessGroup& group) {
    const Leaves leaves;
    {
      GradientBuckets buckets(group, leaves.all);
      buckets.Arm();
    }
    const uint64_t before = group.bytes();
    leaves.Backward(1);
    EXPECT_EQ(group.bytes(), before);
    leaves.ExpectGradients(1);
  });
}

}  // namespace
}  // namespace sparsweep::core
