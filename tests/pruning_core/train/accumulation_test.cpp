// Micro-batches are a matter of memory, not of the result.
#include <gtest/gtest.h>

#include "tests/pruning_core/train/attempt.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::core {
namespace {

using test::RunAttempt;

// 43 examples: the last batch of a pass is short, and its last micro-batch shorter still.
TEST(AccumulationTest, TheLossesAreThoseOfWholeBatches) {
  const test::TemporaryFolder folder;
  for (const char* method : {"dense", "soft_movement"}) {
    contract::TrialSpec spec = test::TinyTrial(folder.File(method), method);
    test::WriteTinyData(spec.task.train, 43, 1);
    spec.training.learning_rate = 1e-3;
    spec.training.head_learning_rate = 1e-3;
    spec.pruning.score_learning_rate = 0.2;
    spec.training.dropout = 0.1;  // by example, so the same in either case
    const auto whole = RunAttempt(spec).Metric("loss");
    for (const uint32_t parts : {2u, 8u}) {
      spec = test::Again(spec, folder.File(method + std::to_string(parts)));
      spec.training.accumulation = parts;
      const auto losses = RunAttempt(spec).Metric("loss");
      ASSERT_EQ(losses.size(), whole.size());
      for (size_t i = 0; i < whole.size(); ++i) {
        EXPECT_NEAR(losses[i].second, whole[i].second, 2e-4) << method << " step " << i;
      }
    }
  }
}

}  // namespace
}  // namespace sparsweep::core
