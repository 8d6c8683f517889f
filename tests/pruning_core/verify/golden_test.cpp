// The stored runs of the reference, replayed by what users run in numerics: reference.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <string>

#include "pruning_core/verify/case_folders.h"
#include "pruning_core/verify/replay.h"

namespace sparsweep::core {
namespace {

constexpr char kFolder[] = SPARSWEEP_SOURCE_DIR "/tests/golden";

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, RunEqualsTheReference) {
  at::set_num_threads(1);
  const ReplayReport report = Replay(GetParam());
  for (const Finding& finding : report.findings) {
    EXPECT_TRUE(finding.within()) << QuantityName(finding.quantity) << ": off by " << finding.error
                                  << " > " << finding.tolerance << " in " << finding.place.tensor;
  }
  EXPECT_TRUE(report.not_compared.empty()) << report.not_compared.front();
  EXPECT_EQ(report.stopped, "");
  EXPECT_TRUE(report.within());
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(CaseFolders({kFolder})),
                         [](const auto& test) {
                           std::string name = test.param.substr(test.param.rfind('/') + 1);
                           for (char& letter : name) {
                             if (letter == '-') letter = '_';
                           }
                           return name;
                         });

TEST(GoldenFolder, AllCasesAreThere) { EXPECT_EQ(CaseFolders({kFolder}).size(), 15U); }

}  // namespace
}  // namespace sparsweep::core
