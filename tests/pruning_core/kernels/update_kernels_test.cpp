// The update kernels, block by block on the host, against the CPU's methods and loops.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "tests/pruning_core/kernels/host_cuda.h"
#include "tests/pruning_core/kernels/update_case.h"
// The kernels want the words above.
#include "pruning_core/kernels/cuda/update_sequence.cuh"

namespace sparsweep::core {
namespace {

std::vector<UpdatedArray> Arrays(UpdateCase& test) {
  std::vector<UpdatedArray> arrays;
  for (size_t a = 0; a < test.arrays.size(); ++a) {
    CaseArray& from = test.arrays[a];
    UpdatedArray array = WithoutPointers(test, a);
    array.upstream = from.upstream.empty() ? nullptr : from.upstream.data();
    array.value = from.value.data();
    array.value_first = from.value_first.data();
    array.value_second = from.value_second.data();
    array.score = from.score.data();
    array.score_first = from.score_first.data();
    array.score_second = from.score_second.data();
    array.mask = reinterpret_cast<const uint32_t*>(from.mask.From(0));
    arrays.push_back(array);
  }
  return arrays;
}

template <GradientForm form>
StepControl StepOnHost(UpdateCase& test, double max_norm) {
  const std::vector<UpdatedArray> arrays = Arrays(test);
  const std::vector<Work> work = CutIntoWork(test.sizes);
  std::vector<WorkNorm> norms(work.size());
  StepControl control;
  int32_t pruned = 0;
  for (const Work& piece : work) pruned += piece.array < int32_t(test.matrices) ? 1 : 0;
  LaunchUpdate<form>(HostLauncher{},
                     UpdateTables{arrays.data(), work.data(), norms.data(), &control, pruned,
                                  static_cast<int32_t>(work.size())},
                     test.settings, max_norm);
  return control;
}

void ExpectSameBits(const CaseArray& a, const CaseArray& b) {
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.value_first, b.value_first);
  EXPECT_EQ(a.value_second, b.value_second);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.score_first, b.score_first);
  EXPECT_EQ(a.score_second, b.score_second);
}

template <typename Form>
class UpdateKernels : public testing::Test {};
template <GradientForm form>
using Form = std::integral_constant<GradientForm, form>;
using Forms = testing::Types<Form<GradientForm::kDense>, Form<GradientForm::kMasked>,
                             Form<GradientForm::kMovement>, Form<GradientForm::kSampledGates>,
                             Form<GradientForm::kKeptGates>>;
TYPED_TEST_SUITE(UpdateKernels, Forms);

// Norms are sums in another order: they agree to the last bits, and so does the clipping.
TYPED_TEST(UpdateKernels, MakeTheStepThatTheCpuMakes) {
  constexpr GradientForm kForm = TypeParam::value;
  for (const bool penalized : {false, true}) {
    for (const double max_norm : {0.0, 1.0, 1e9}) {
      UpdateCase expected = MakeUpdateCase(kForm, penalized);
      UpdateCase test = MakeUpdateCase(kForm, penalized);
      const StepControl cpu = StepOnCpu(expected, max_norm);
      const StepControl control = StepOnHost<kForm>(test, max_norm);
      EXPECT_NEAR(control.squares / cpu.squares, 1.0, 1e-13);
      EXPECT_NEAR(control.regularizer, cpu.regularizer, 1e-12);
      EXPECT_EQ(cpu.regularizer > 0.0, HasScores(kForm)) << "also while it weighs nothing";
      EXPECT_EQ(control.clip, cpu.clip);
      EXPECT_EQ(control.clip < 1.0F, max_norm == 1.0);
      EXPECT_EQ(control.bad_gradient, StepControl::kNone);
      EXPECT_EQ(control.bad_value, StepControl::kNone);
      for (size_t a = 0; a < test.arrays.size(); ++a) {
        SCOPED_TRACE(a);
        ExpectSameBits(test.arrays[a], expected.arrays[a]);
      }
    }
  }
}

TYPED_TEST(UpdateKernels, ChangeNothingWhenSomethingIsNotFinite) {
  constexpr GradientForm kForm = TypeParam::value;
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    UpdateCase test = MakeUpdateCase(kForm, false);
    test.arrays[1].upstream[69] = bad;
    if (kForm == GradientForm::kMasked) test.arrays[1].mask.Fill(true);
    test.arrays[2].value[32] = bad;
    const UpdateCase before = test;
    const StepControl control = StepOnHost<kForm>(test, 1.0);
    EXPECT_EQ(control.bad_gradient, 1);
    EXPECT_EQ(control.bad_value, 2);
    // NaN differs from itself: the others show that nothing moved.
    ExpectSameBits(test.arrays[0], before.arrays[0]);
    ExpectSameBits(test.arrays[3], before.arrays[3]);
  }
}

TYPED_TEST(UpdateKernels, WriteTheWorkingWeightsOfTheMethod) {
  constexpr GradientForm kForm = TypeParam::value;
  if constexpr (kForm == GradientForm::kDense) {
    GTEST_SKIP() << "dense has no working weights of its own";
  } else {
    UpdateCase test = MakeUpdateCase(kForm, false);
    const std::vector<UpdatedArray> arrays = Arrays(test);
    std::vector<int64_t> sizes(test.sizes.begin(), test.sizes.begin() + 2);
    const std::vector<Work> work = CutIntoWork(sizes);
    std::vector<std::vector<float>> working{std::vector<float>(9000), std::vector<float>(70)};
    float* const pointers[] = {working[0].data(), working[1].data()};
    HostLauncher{}(WorkingPass<kForm>, static_cast<int32_t>(work.size()), arrays.data(), pointers,
                   work.data(), test.settings);
    EXPECT_EQ(working[0], WorkingOnCpu(test, 0));
    EXPECT_EQ(working[1], WorkingOnCpu(test, 1));
  }
}

}  // namespace
}  // namespace sparsweep::core
