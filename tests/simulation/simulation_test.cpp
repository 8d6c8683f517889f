#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/logging.h"
#include "tests/simulation/sim_cluster.h"

namespace sparsweep::simulation {
namespace {

constexpr int kSteps = 250;  // of faults in each schedule

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// SPARSWEEP_SEED runs that schedule alone, SPARSWEEP_SEEDS so many from 1 on.
TEST(Simulation, EveryScheduleKeepsTheInvariantsAndEnds) {
  const uint64_t only = FromEnvironment("SPARSWEEP_SEED", 0);
  const uint64_t count = FromEnvironment("SPARSWEEP_SEEDS", 200);
  for (uint64_t seed = only != 0 ? only : 1; seed <= (only != 0 ? only : count); ++seed) {
    SCOPED_TRACE("SPARSWEEP_SEED=" + std::to_string(seed));
    SimCluster cluster(seed);
    cluster.Run(kSteps);
    if (HasFailure()) return;
  }
}

TEST(Simulation, TheSameSeedGivesTheSameHistory) {
  const uint64_t seed = FromEnvironment("SPARSWEEP_SEED", 7);
  SimCluster one(seed);
  SimCluster two(seed);
  one.Run(kSteps);
  two.Run(kSteps);
  EXPECT_GT(one.Digest().size(), 1000u);
  EXPECT_EQ(one.Digest(), two.Digest());
}

}  // namespace
}  // namespace sparsweep::simulation

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const bool verbose = std::getenv("SPARSWEEP_SEED") != nullptr;
  sparsweep::base::InitLogging(
      "simulation", verbose ? sparsweep::base::LogLevel::kInfo : sparsweep::base::LogLevel::kError,
      sparsweep::base::LogFormat::kLogfmt);
  return RUN_ALL_TESTS();
}
