// The stored runs of the reference, replayed by what users run in numerics: reference.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/pruning_core/golden/golden_replay.h"

namespace sparsweep::core::golden {
namespace {

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, RunEqualsTheReference) {
  at::set_num_threads(1);
  EXPECT_EQ(Replay(std::string(SPARSWEEP_SOURCE_DIR "/tests/golden/") + GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden,
                         testing::Values("dense", "magnitude", "topk_kaiming",
                                         "threshold_global_topk", "soft_l1_constant0",
                                         "regression_topk", "topk_accum3_carryover"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace sparsweep::core::golden
