#include "pruning_core/models/device_settings.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace sparsweep::core {
namespace {

TEST(ComputeRepeatably, LeavesTheCpuAlone) {
  ComputeRepeatably(at::kCPU);
  EXPECT_FALSE(at::globalContext().deterministicAlgorithms());
}

TEST(ComputeRepeatably, AsksLibTorchForIt) {
  setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8", 1);
  ComputeRepeatably(at::Device("cuda:1"));
  const at::Context& context = at::globalContext();
  EXPECT_TRUE(context.deterministicAlgorithms());
  EXPECT_FALSE(context.deterministicAlgorithmsWarnOnly());
  EXPECT_FALSE(context.deterministicFillUninitializedMemory());
  EXPECT_FALSE(context.userEnabledCuDNNSDP());
  EXPECT_STREQ(std::getenv("CUBLAS_WORKSPACE_CONFIG"), ":16:8") << "the user's own stays";
  at::globalContext().setDeterministicAlgorithms(false, false);
}

}  // namespace
}  // namespace sparsweep::core
