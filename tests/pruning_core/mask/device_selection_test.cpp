// Selections on a GPU against the CPU's, bit for bit.
#include "pruning_core/mask/cuda/device_selection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "pruning_core/kernels/cuda_devices.h"
#include "pruning_core/kernels/mask_hash.h"
#include "pruning_core/mask/selection.h"

namespace sparsweep::core {
namespace {

// Normal values, five values only, all equal, zeros of both signs.
std::vector<std::vector<float>> MakeMatrices(uint32_t kind) {
  std::mt19937 random(kind);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> matrices;
  for (const size_t size : {1, 64, 4097, 768 * 768, 768 * 3072}) {
    std::vector<float> values(size);
    for (float& value : values) {
      const uint32_t draw = random();
      value = kind == 0   ? normal(random)
              : kind == 1 ? static_cast<float>(draw % 5) - 2.0F
              : kind == 2 ? 2.197F
                          : (draw % 2 == 0 ? 0.0F : -0.0F);
    }
    matrices.push_back(std::move(values));
  }
  return matrices;
}

class DeviceSelectionTest : public testing::TestWithParam<uint32_t> {
 protected:
  void SetUp() override {
    if (const CudaDevices devices = FindCudaDevices(); devices.count == 0) {
      GTEST_SKIP() << devices.problem;
    }
    matrices_ = MakeMatrices(GetParam());
    Upload();
  }
  void Upload() {
    values_.clear();
    masks_.clear();
    ranked_.clear();
    for (const auto& matrix : matrices_) {
      const auto size = static_cast<int64_t>(matrix.size());
      values_.emplace_back(std::span<const float>(matrix));
      masks_.emplace_back(static_cast<size_t>((size + 63) / 64 * 2));
      working_.emplace_back(matrix.size());
      expected_.emplace_back(size);
      ranked_.push_back({values_.back().data(), values_.back().data(), working_.back().data(),
                         masks_.back().data(), size});
    }
  }
  void ExpectSameMasks() {
    for (size_t m = 0; m < matrices_.size(); ++m) {
      const auto words = masks_[m].Read(nullptr);
      const auto bytes = expected_[m].bytes();
      ASSERT_EQ(std::memcmp(words.data(), bytes.data(), bytes.size()), 0) << m;
      const auto working = working_[m].Read(nullptr);
      for (size_t i = 0; i < working.size(); ++i) {
        ASSERT_EQ(working[i], expected_[m].Get(static_cast<int64_t>(i)) ? matrices_[m][i] : 0.0F);
      }
    }
  }

  std::vector<std::vector<float>> matrices_;
  std::vector<DeviceArray<float>> values_, working_;
  std::vector<DeviceArray<uint32_t>> masks_;
  std::vector<RankedMatrix> ranked_;
  std::vector<BitMask> expected_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, DeviceSelectionTest, testing::Range(0u, 4u));

TEST_P(DeviceSelectionTest, KeepsTheLargestOfEachMatrix) {
  DeviceSelection selection(ranked_);
  for (const RankBy by : {RankBy::kValue, RankBy::kMagnitude}) {
    for (const double density : {0.0, 0.03, 0.5, 1.0}) {
      std::vector<int64_t> keeps;
      for (size_t m = 0; m < matrices_.size(); ++m) {
        keeps.push_back(static_cast<int64_t>(density * static_cast<double>(matrices_[m].size())));
        ASSERT_TRUE(KeepLargest(matrices_[m], by, keeps[m], expected_[m]));
      }
      selection.KeepLargest(by, keeps, nullptr);
      ASSERT_NO_FATAL_FAILURE(ExpectSameMasks());
    }
  }
  EXPECT_EQ(selection.FirstNotFinite(nullptr), std::nullopt);
}

TEST_P(DeviceSelectionTest, KeepsTheLargestOverallWithFloors) {
  DeviceSelection selection(ranked_);
  const std::vector<Values> views(matrices_.begin(), matrices_.end());
  const std::vector<int64_t> floors{1, 1, 21, 2950, 11797};
  for (const int64_t keep : {14770, 90000, 2000000}) {
    ASSERT_EQ(KeepLargestOverall(views, RankBy::kValue, keep, floors, expected_), std::nullopt);
    selection.KeepLargestOverall(RankBy::kValue, keep, floors, nullptr);
    ASSERT_NO_FATAL_FAILURE(ExpectSameMasks());
  }
}

TEST_P(DeviceSelectionTest, KeepsWhatIsAboveAThresholdOrAtLeastAFloor) {
  DeviceSelection selection(ranked_);
  const std::vector<int64_t> floors{1, 1, 21, 2950, 11797};
  for (const float threshold : {-1.0F, 0.0F, 2.5F}) {
    for (size_t m = 0; m < matrices_.size(); ++m) {
      ASSERT_TRUE(KeepAbove(matrices_[m], threshold, expected_[m]));
      if (expected_[m].Ones() < floors[m]) {
        ASSERT_TRUE(KeepLargest(matrices_[m], RankBy::kValue, floors[m], expected_[m]));
      }
    }
    selection.KeepAbove(threshold, floors, nullptr);
    ASSERT_NO_FATAL_FAILURE(ExpectSameMasks());
  }
}

TEST_P(DeviceSelectionTest, CountsAndHashesMasksAsTheCpuDoes) {
  DeviceSelection selection(ranked_);
  for (const float threshold : {-1.0F, 0.0F, 2.5F}) {
    for (size_t m = 0; m < matrices_.size(); ++m) {
      ASSERT_TRUE(KeepAbove(matrices_[m], threshold, expected_[m]));
    }
    selection.KeepAbove(threshold, std::vector<int64_t>(matrices_.size(), 0), nullptr);
    selection.CountAndHash(nullptr);
    std::vector<uint32_t> ones(matrices_.size());
    std::vector<unsigned long long> hashes(matrices_.size());
    ASSERT_EQ(cudaMemcpy(ones.data(), selection.ones(), ones.size() * sizeof(ones[0]),
                         cudaMemcpyDeviceToHost),
              cudaSuccess);
    ASSERT_EQ(cudaMemcpy(hashes.data(), selection.hashes(), hashes.size() * sizeof(hashes[0]),
                         cudaMemcpyDeviceToHost),
              cudaSuccess);
    for (size_t m = 0; m < matrices_.size(); ++m) {
      EXPECT_EQ(ones[m], expected_[m].Ones()) << threshold << ' ' << m;
      EXPECT_EQ(hashes[m], MaskHash(expected_[m].bytes())) << threshold << ' ' << m;
    }
  }
}

TEST_P(DeviceSelectionTest, NamesTheFirstMatrixThatIsNotFiniteAndLeavesTheMasks) {
  matrices_[2][4096] = matrices_[4][0] = std::nanf("");
  Upload();
  DeviceSelection selection(ranked_);
  selection.KeepLargest(RankBy::kValue, std::vector<int64_t>(5, 1), nullptr);
  EXPECT_EQ(selection.FirstNotFinite(nullptr), 2u);
  for (const auto& mask : masks_) {
    for (const uint32_t word : mask.Read(nullptr)) ASSERT_EQ(word, 0u);
  }
}

}  // namespace
}  // namespace sparsweep::core
