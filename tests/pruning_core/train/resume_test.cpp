// Stopped anywhere and gone on, a run ends with the bits of the unbroken one, whatever it trains.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/pruning_core/train/attempt.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_variants.h"

namespace sparsweep::core {
namespace {

using test::Again;
using test::Attempt;
using test::RunAttempt;

class ResumeTest : public ::testing::TestWithParam<test::TinyVariant> {};

TEST_P(ResumeTest, EndsWithTheSameBits) {
  const test::TemporaryFolder folder;
  const contract::TrialSpec spec = GetParam().make(folder.path());
  const Attempt whole = RunAttempt(spec);
  ASSERT_EQ(whole.outcome, FinePruner::Outcome::kFinished);
  const int64_t last = whole.events.back().step;
  for (const int64_t stop_at : {0, 7, 23}) {
    const contract::TrialSpec first = Again(spec, folder.File("first-" + std::to_string(stop_at)));
    const Attempt begun = RunAttempt(first, stop_at);
    ASSERT_EQ(begun.outcome, FinePruner::Outcome::kStopped);
    const contract::TrialSpec second =
        Again(first, folder.File("second-" + std::to_string(stop_at)), first.directory);
    const Attempt resumed = RunAttempt(second);
    EXPECT_EQ(resumed.events.front().step, stop_at);
    test::ExpectSameResult(second.directory, spec.directory, last);
    EXPECT_EQ(resumed.score(), whole.score()) << stop_at;
    auto losses = begun.Metric("loss");
    const auto rest = resumed.Metric("loss");
    losses.insert(losses.end(), rest.begin(), rest.end());
    EXPECT_EQ(losses, whole.Metric("loss")) << stop_at;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ResumeTest, ::testing::ValuesIn(test::TinyVariants()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sparsweep::core
