// The selection kernels, block by block on the host, against the CPU's selections.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

#include "pruning_core/kernels/mask_hash.h"
#include "pruning_core/mask/selection.h"
#include "tests/pruning_core/kernels/host_cuda.h"
// The kernels want the words above.
#include "pruning_core/mask/cuda/selection_sequence.cuh"

namespace sparsweep::core {
namespace {

// Matrices and all tables of a selection, in host memory.
class Tables {
 public:
  explicit Tables(const std::vector<std::vector<float>>& values) : values_(values) {
    std::vector<int64_t> sizes;
    for (const auto& matrix : values) {
      const auto size = static_cast<int64_t>(matrix.size());
      sizes.push_back(size);
      masks_.emplace_back(static_cast<size_t>((size + 63) / 64 * 2), 0xFFFFFFFFu);
      weights_.emplace_back(matrix.size());
      std::iota(weights_.back().begin(), weights_.back().end(), 1.0F);
      working_.emplace_back(matrix.size(), -1.0F);
    }
    work_ = CutIntoWork(sizes);
    for (size_t m = 0; m < values.size(); ++m) {
      matrices_.push_back(
          {values[m].data(), weights_[m].data(), working_[m].data(), masks_[m].data(), sizes[m]});
      group_of_.push_back(static_cast<int32_t>(m));
    }
    work_ties_.resize(work_.size());
    ties_before_.resize(work_.size());
    ones_.resize(values.size());
    hashes_.resize(values.size());
  }

  // A group a matrix.
  SelectionTables Local(const std::vector<int64_t>& keeps) {
    local_.clear();
    for (size_t m = 0; m < keeps.size(); ++m) {
      RankGroup group{keeps[m], 0, 0, 0, 0, 0};
      while (work_[static_cast<size_t>(group.first_work)].array != static_cast<int32_t>(m)) {
        ++group.first_work;
      }
      group.last_work = group.first_work;
      while (group.last_work < static_cast<int32_t>(work_.size()) &&
             work_[static_cast<size_t>(group.last_work)].array == static_cast<int32_t>(m)) {
        ++group.last_work;
      }
      local_.push_back(group);
    }
    return Of(local_, group_of_.data());
  }
  // All in one.
  SelectionTables Overall(int64_t keep) {
    overall_ = {RankGroup{keep, 0, 0, 0, static_cast<int32_t>(work_.size()), 0}};
    return Of(overall_, nullptr);
  }

  void ExpectMask(size_t m, const BitMask& expected) const {
    const auto bytes = expected.bytes();
    ASSERT_EQ(std::memcmp(masks_[m].data(), bytes.data(), bytes.size()), 0) << "matrix " << m;
    for (int64_t i = 0; i < expected.size(); ++i) {
      const auto at = static_cast<size_t>(i);
      ASSERT_EQ(working_[m][at], expected.Get(i) ? weights_[m][at] : 0.0F) << m << ' ' << i;
    }
  }
  [[nodiscard]] bool Untouched() const {
    for (const auto& mask : masks_) {
      for (const uint32_t word : mask) {
        if (word != 0xFFFFFFFFu) return false;
      }
    }
    return true;
  }
  void SetMask(size_t m, const BitMask& mask) {
    std::ranges::fill(masks_[m], 0u);
    std::memcpy(masks_[m].data(), mask.bytes().data(), mask.bytes().size());
  }
  // After CountAndHash.
  [[nodiscard]] uint32_t ones(size_t m) const { return ones_[m]; }
  [[nodiscard]] uint64_t hash(size_t m) const { return hashes_[m]; }
  [[nodiscard]] int32_t not_finite() const { return not_finite_; }

 private:
  SelectionTables Of(std::vector<RankGroup>& groups, const int32_t* group_of) {
    histograms_.assign(std::max(groups.size(), values_.size()) * kRankBuckets, 0);
    return {matrices_.data(),
            work_.data(),
            group_of,
            groups.data(),
            histograms_.data(),
            work_ties_.data(),
            ties_before_.data(),
            ones_.data(),
            hashes_.data(),
            &not_finite_,
            static_cast<int32_t>(work_.size()),
            static_cast<int32_t>(groups.size())};
  }

  const std::vector<std::vector<float>>& values_;
  std::vector<std::vector<float>> weights_, working_;
  std::vector<std::vector<uint32_t>> masks_;
  std::vector<RankedMatrix> matrices_;
  std::vector<Work> work_;
  std::vector<int32_t> group_of_;
  std::vector<RankGroup> local_, overall_;
  std::vector<uint32_t> histograms_, work_ties_, ones_;
  std::vector<unsigned long long> hashes_;
  std::vector<int64_t> ties_before_;
  int32_t not_finite_ = SelectionTables::kNone;
};

// Kinds: normal, few values, all equal, zeros of both signs, neighbours, denormals.
std::vector<float> MakeValues(uint32_t kind, size_t size, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(size);
  for (float& value : values) {
    const uint32_t draw = random();
    switch (kind % 6) {
      case 0:
        value = normal(random);
        break;
      case 1:
        value = static_cast<float>(draw % 5) - 2.0F;
        break;
      case 2:
        value = 2.197F;
        break;
      case 3:
        value = draw % 2 == 0 ? 0.0F : -0.0F;
        break;
      case 4:
        value = -1.0F - static_cast<float>(draw % 300) * 0x1p-23F;
        break;
      default:
        value = static_cast<float>(static_cast<int>(draw % 2001) - 1000) * 0x1p-149F;
    }
  }
  return values;
}

template <typename Run>
void ForBoth(Run run) {
  run(std::integral_constant<RankBy, RankBy::kValue>());
  run(std::integral_constant<RankBy, RankBy::kMagnitude>());
}

TEST(SelectionKernels, KeepTheLargestOfEachMatrix) {
  std::mt19937 random(5);
  for (uint32_t kind = 0; kind < 6; ++kind) {
    std::vector<std::vector<float>> matrices;
    for (const size_t size : {1, 65, 4097}) {
      matrices.push_back(MakeValues(kind, size, random));
    }
    for (const double density : {0.0, 0.3, 1.0}) {
      std::vector<int64_t> keeps;
      for (const auto& matrix : matrices) {
        keeps.push_back(static_cast<int64_t>(density * static_cast<double>(matrix.size())));
      }
      ForBoth([&](auto by) {
        Tables tables(matrices);
        LaunchCuts<by.value, Among::kAll>(HostLauncher{}, tables.Local(keeps));
        for (size_t m = 0; m < matrices.size(); ++m) {
          BitMask expected(static_cast<int64_t>(matrices[m].size()));
          ASSERT_TRUE(KeepLargest(matrices[m], by.value, keeps[m], expected));
          ASSERT_NO_FATAL_FAILURE(tables.ExpectMask(m, expected)) << kind << ' ' << density;
        }
      });
    }
  }
}

TEST(SelectionKernels, KeepTheLargestOverallWithFloors) {
  std::mt19937 random(6);
  for (uint32_t round = 0; round < 6; ++round) {
    std::vector<std::vector<float>> matrices;
    int64_t total = 0;
    for (size_t m = 0; m < 1 + random() % 4; ++m) {
      matrices.push_back(MakeValues(random(), 1 + random() % 9000, random));
      if (random() % 3 == 0) {
        for (float& value : matrices.back()) value -= 3.0F;
      }
      total += static_cast<int64_t>(matrices.back().size());
    }
    std::vector<int64_t> floors;
    for (const auto& matrix : matrices) {
      floors.push_back(static_cast<int64_t>(random() % (matrix.size() / 8 + 1)));
    }
    const int64_t least = std::accumulate(floors.begin(), floors.end(), int64_t{0});
    const int64_t keep = least + static_cast<int64_t>(random()) % (total - least + 1);
    ForBoth([&](auto by) {
      std::vector<Values> views(matrices.begin(), matrices.end());
      std::vector<BitMask> expected;
      for (const auto& m : matrices) expected.emplace_back(static_cast<int64_t>(m.size()));
      ASSERT_EQ(KeepLargestOverall(views, by.value, keep, floors, expected), std::nullopt);
      Tables tables(matrices);
      const SelectionTables local = tables.Local(floors);
      LaunchOverall<by.value>(HostLauncher{}, local, tables.Overall(keep - least));
      for (size_t m = 0; m < matrices.size(); ++m) {
        ASSERT_NO_FATAL_FAILURE(tables.ExpectMask(m, expected[m])) << round;
      }
    });
  }
}

TEST(SelectionKernels, KeepWhatIsAboveAThresholdOrAtLeastAFloor) {
  std::mt19937 random(8);
  std::vector<std::vector<float>> matrices;
  for (uint32_t kind = 0; kind < 6; ++kind) matrices.push_back(MakeValues(kind, 5000, random));
  for (const float threshold : {-3.0F, -0.0F, 3.0F}) {
    for (const int64_t floor : {0, 3000}) {
      Tables tables(matrices);
      LaunchAbove(HostLauncher{}, tables.Local(std::vector<int64_t>(matrices.size(), floor)),
                  threshold);
      for (size_t m = 0; m < matrices.size(); ++m) {
        BitMask expected(5000);
        ASSERT_TRUE(KeepAbove(matrices[m], threshold, expected));
        if (expected.Ones() < floor) {
          ASSERT_TRUE(KeepLargest(matrices[m], RankBy::kValue, floor, expected));
        }
        ASSERT_NO_FATAL_FAILURE(tables.ExpectMask(m, expected)) << threshold << ' ' << floor;
      }
    }
  }
}

TEST(SelectionKernels, CountAndHashMasksAsTheCpuDoes) {
  std::mt19937 random(9);
  std::vector<std::vector<float>> matrices;
  std::vector<BitMask> masks;
  for (const size_t size : {1, 31, 32, 33, 64, 65, 4095, 4096, 4097, 8223, 20000}) {
    matrices.push_back(MakeValues(0, size, random));
    masks.emplace_back(static_cast<int64_t>(size));
    const auto keep = static_cast<int64_t>(1 + random() % size);
    ASSERT_TRUE(KeepLargest(matrices.back(), RankBy::kValue, keep, masks.back()));
  }
  Tables tables(matrices);
  for (size_t m = 0; m < masks.size(); ++m) tables.SetMask(m, masks[m]);
  const SelectionTables local = tables.Local(std::vector<int64_t>(masks.size(), 0));
  HostLauncher{}(CountAndHash, local.work_count, local);
  for (size_t m = 0; m < masks.size(); ++m) {
    EXPECT_EQ(tables.ones(m), masks[m].Ones()) << masks[m].size();
    EXPECT_EQ(tables.hash(m), MaskHash(masks[m].bytes())) << masks[m].size();
  }
}

TEST(SelectionKernels, NameTheFirstMatrixThatIsNotFiniteAndLeaveTheMasks) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float bad : {std::nanf(""), -std::nanf(""), kInfinity, -kInfinity}) {
    std::vector<std::vector<float>> matrices(4, std::vector<float>(5000, 1.0F));
    matrices[1][4999] = matrices[3][0] = bad;
    ForBoth([&](auto by) {
      Tables ranked(matrices);
      LaunchCuts<by.value, Among::kAll>(HostLauncher{}, ranked.Local({5, 5, 5, 5}));
      EXPECT_EQ(ranked.not_finite(), 1);
      EXPECT_TRUE(ranked.Untouched());
    });
    Tables above(matrices);
    LaunchAbove(HostLauncher{}, above.Local({5, 5, 5, 5}), 0.0F);
    EXPECT_EQ(above.not_finite(), 1);
    EXPECT_TRUE(above.Untouched());
  }
}

}  // namespace
}  // namespace sparsweep::core
