// The update passes on a GPU against the CPU's methods and loops.
#include "pruning_core/kernels/cuda/device_update.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "pruning_core/kernels/cuda_devices.h"
#include "tests/pruning_core/kernels/update_case.h"

namespace sparsweep::core {
namespace {

// A case's arrays on the device.
class OnDevice {
 public:
  explicit OnDevice(const UpdateCase& test) {
    for (size_t a = 0; a < test.arrays.size(); ++a) {
      const CaseArray& from = test.arrays[a];
      UpdatedArray array = WithoutPointers(test, a);
      array.upstream = Copy(from.upstream);
      array.value = Copy(from.value);
      array.value_first = Copy(from.value_first);
      array.value_second = Copy(from.value_second);
      array.score = Copy(from.score);
      array.score_first = Copy(from.score_first);
      array.score_second = Copy(from.score_second);
      const auto bytes = from.mask.bytes();
      std::vector<uint32_t> words((bytes.size() + 7) / 8 * 2);
      if (!bytes.empty()) std::memcpy(words.data(), bytes.data(), bytes.size());
      masks_.emplace_back(std::span<const uint32_t>(words));
      array.mask = masks_.back().data();
      arrays_.push_back(array);
    }
  }
  [[nodiscard]] std::span<const UpdatedArray> arrays() const { return arrays_; }
  // Values, their moments, scores, their moments, of all arrays in order; nothing for those left
  // out.
  [[nodiscard]] std::vector<std::vector<float>> Read() const {
    std::vector<std::vector<float>> all;
    for (const DeviceArray<float>& copy : copies_) all.push_back(copy.Read(nullptr));
    return all;
  }

 private:
  float* Copy(const std::vector<float>& values) {
    copies_.emplace_back(std::span<const float>(values));
    return copies_.back().data();
  }
  std::vector<DeviceArray<float>> copies_;
  std::vector<DeviceArray<uint32_t>> masks_;
  std::vector<UpdatedArray> arrays_;
};

std::vector<std::vector<float>> InOrder(const UpdateCase& test) {
  std::vector<std::vector<float>> all;
  for (const CaseArray& a : test.arrays) {
    for (const auto* part : {&a.upstream, &a.value, &a.value_first, &a.value_second, &a.score,
                             &a.score_first, &a.score_second}) {
      all.push_back(*part);
    }
  }
  return all;
}

class DeviceUpdateTest : public testing::TestWithParam<GradientForm> {
 protected:
  void SetUp() override {
    if (const CudaDevices devices = FindCudaDevices(); devices.count == 0) {
      GTEST_SKIP() << devices.problem;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Forms, DeviceUpdateTest,
                         testing::Values(GradientForm::kDense, GradientForm::kMasked,
                                         GradientForm::kMovement, GradientForm::kSampledGates,
                                         GradientForm::kKeptGates));

TEST_P(DeviceUpdateTest, MakesTheStepThatTheCpuMakes) {
  for (const bool penalized : {false, true}) {
    for (const double max_norm : {0.0, 1.0}) {
      UpdateCase test = MakeUpdateCase(GetParam(), penalized);
      const OnDevice device(test);
      DeviceUpdate update(test.sizes, test.matrices);
      update.Step(GetParam(), device.arrays(), test.settings, max_norm, nullptr);
      const StepControl control = update.Control(nullptr);
      const StepControl cpu = StepOnCpu(test, max_norm);
      EXPECT_NEAR(control.squares / cpu.squares, 1.0, 1e-13);
      EXPECT_NEAR(control.regularizer, cpu.regularizer, 1e-12);
      const auto expected = InOrder(test);
      const auto got = device.Read();
      ASSERT_EQ(got.size(), expected.size());
      for (size_t k = 0; k < got.size(); ++k) {
        for (size_t i = 0; i < got[k].size(); ++i) {
          ASSERT_NEAR(got[k][i], expected[k][i], 1e-6 * std::abs(expected[k][i])) << k << ' ' << i;
        }
      }
    }
  }
}

TEST_P(DeviceUpdateTest, ChangesNothingWhenSomethingIsNotFinite) {
  UpdateCase test = MakeUpdateCase(GetParam(), false);
  test.arrays[2].upstream[5] = std::numeric_limits<float>::infinity();
  const OnDevice device(test);
  DeviceUpdate update(test.sizes, test.matrices);
  update.Step(GetParam(), device.arrays(), test.settings, 1.0, nullptr);
  EXPECT_EQ(update.Control(nullptr).bad_gradient, 2);
  EXPECT_EQ(device.Read(), InOrder(test));
}

}  // namespace
}  // namespace sparsweep::core
