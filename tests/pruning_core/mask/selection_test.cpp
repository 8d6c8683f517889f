// Selections against a stable sort, over values made to tie, to cross zero and to lie at the ends
// of the range.
#include "pruning_core/mask/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <random>
#include <string_view>

#include "pruning_core/kernels/parallel_for.h"

namespace sparsweep::core {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kMost = std::numeric_limits<float>::max();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

enum class Kind { kNormal, kFewValues, kConstant, kZeros, kExtremes, kNeighbours, kDenormals };
constexpr Kind kKinds[] = {Kind::kNormal,   Kind::kFewValues,  Kind::kConstant, Kind::kZeros,
                           Kind::kExtremes, Kind::kNeighbours, Kind::kDenormals};

std::vector<float> MakeValues(Kind kind, size_t size, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(size);
  for (float& value : values) {
    const uint32_t draw = random();
    switch (kind) {
      case Kind::kNormal:
        value = normal(random);
        break;
      case Kind::kFewValues:
        value = static_cast<float>(draw % 5) - 2.0F;
        break;
      case Kind::kConstant:
        value = 2.197F;
        break;
      case Kind::kZeros:
        value = draw % 2 == 0 ? 0.0F : -0.0F;
        break;
      case Kind::kExtremes: {
        constexpr float kEnds[] = {kMost, -kMost, 1e-45F, -1e-45F, 0.0F, -0.0F};
        value = kEnds[draw % 6];
        break;
      }
      // Differ in the last bits only: all in one bucket of the first two histograms.
      case Kind::kNeighbours:
        value = 1.0F + static_cast<float>(draw % 300) * 0x1p-23F;
        break;
      case Kind::kDenormals:
        value = static_cast<float>(static_cast<int>(draw % 2001) - 1000) * 0x1p-149F;
        break;
    }
  }
  return values;
}

float Rank(float value, RankBy by) { return by == RankBy::kMagnitude ? std::abs(value) : value; }

// Positions (matrix, element) of all matrices, best first, ties in order.
std::vector<std::pair<size_t, size_t>> Sorted(const std::vector<std::vector<float>>& matrices,
                                              RankBy by) {
  std::vector<std::pair<size_t, size_t>> order;
  for (size_t m = 0; m < matrices.size(); ++m) {
    for (size_t i = 0; i < matrices[m].size(); ++i) order.emplace_back(m, i);
  }
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return Rank(matrices[a.first][a.second], by) > Rank(matrices[b.first][b.second], by);
  });
  return order;
}

std::vector<std::vector<bool>> Empty(const std::vector<std::vector<float>>& matrices) {
  std::vector<std::vector<bool>> kept;
  for (const auto& matrix : matrices) kept.emplace_back(matrix.size(), false);
  return kept;
}

std::vector<bool> Bits(const BitMask& mask) {
  std::vector<bool> bits;
  for (int64_t i = 0; i < mask.size(); ++i) bits.push_back(mask.Get(i));
  return bits;
}

TEST(KeepLargest, EqualsAStableSort) {
  std::mt19937 random(7);
  for (const Kind kind : kKinds) {
    for (const size_t size : {1, 5, 64, 65, 1000, 4099}) {
      const std::vector<std::vector<float>> one{MakeValues(kind, size, random)};
      for (const RankBy by : {RankBy::kValue, RankBy::kMagnitude}) {
        const auto order = Sorted(one, by);
        const auto n = static_cast<int64_t>(size);
        for (const int64_t keep : {int64_t{0}, int64_t{1}, n / 10, n / 2, n - 1, n}) {
          auto expected = Empty(one);
          for (int64_t k = 0; k < keep; ++k)
            expected[0][order[static_cast<size_t>(k)].second] = true;
          BitMask mask(n);
          ASSERT_TRUE(KeepLargest(one[0], by, keep, mask));
          ASSERT_EQ(Bits(mask), expected[0])
              << "kind " << static_cast<int>(kind) << " size " << size << " keep " << keep;
          ASSERT_EQ(mask.Ones(), keep);
        }
      }
    }
  }
}

// As many values as a sample is drawn of, over one matrix and three.
TEST(KeepLargestOverall, EqualsAStableSortWhereASampleNarrowsTheSearch) {
  std::mt19937 random(5);
  for (const Kind kind : kKinds) {
    for (const std::vector<size_t>& sizes :
         std::vector<std::vector<size_t>>{{70'001}, {20'000, 90'000, 1'000}}) {
      std::vector<std::vector<float>> matrices;
      std::vector<BitMask> masks;
      for (const size_t size : sizes) {
        matrices.push_back(MakeValues(kind, size, random));
        masks.emplace_back(static_cast<int64_t>(size));
      }
      const std::vector<Values> views(matrices.begin(), matrices.end());
      const std::vector<int64_t> floors(sizes.size(), 0);
      const auto total =
          static_cast<int64_t>(std::accumulate(sizes.begin(), sizes.end(), size_t{0}));
      for (const RankBy by : {RankBy::kValue, RankBy::kMagnitude}) {
        const auto order = Sorted(matrices, by);
        for (const int64_t keep : {int64_t{1}, total / 100, total / 10, total / 2, total - 1}) {
          auto expected = Empty(matrices);
          for (int64_t k = 0; k < keep; ++k) {
            const auto& [m, i] = order[static_cast<size_t>(k)];
            expected[m][i] = true;
          }
          ASSERT_EQ(KeepLargestOverall(views, by, keep, floors, masks), std::nullopt);
          for (size_t m = 0; m < masks.size(); ++m) {
            ASSERT_EQ(Bits(masks[m]), expected[m]) << static_cast<int>(kind) << " keep " << keep;
          }
        }
      }
    }
  }
}

// The values that the sample sees are all far above the others, or far below.
TEST(KeepLargest, IsRightWhereTheSampleIsNot) {
  constexpr size_t kSize = 131'072, kStride = 126;  // as radix_cut.cpp draws
  std::mt19937 random(17);
  for (const float shift : {100.0F, -100.0F}) {
    std::vector<std::vector<float>> one{MakeValues(Kind::kNormal, kSize, random)};
    for (size_t draw = 0; draw < kSize / kStride; ++draw) {
      one[0][draw * kStride + (draw * 0x9E3779B9u >> 7) % kStride] += shift;
    }
    const auto order = Sorted(one, RankBy::kValue);
    for (const int64_t keep : {int64_t{1'000}, int64_t{40'000}, int64_t{120'000}}) {
      auto expected = Empty(one);
      for (int64_t k = 0; k < keep; ++k) expected[0][order[static_cast<size_t>(k)].second] = true;
      BitMask mask(kSize);
      ASSERT_TRUE(KeepLargest(one[0], RankBy::kValue, keep, mask));
      ASSERT_EQ(Bits(mask), expected[0]) << shift << " keep " << keep;
    }
  }
}

// First every matrix's floor, then the best of the rest.
std::vector<std::vector<bool>> OverallByHand(const std::vector<std::vector<float>>& matrices,
                                             RankBy by, int64_t keep,
                                             const std::vector<int64_t>& floors) {
  auto kept = Empty(matrices);
  const auto order = Sorted(matrices, by);
  std::vector<int64_t> taken(matrices.size());
  for (const auto& [m, i] : order) {
    if (taken[m] == floors[m]) continue;
    kept[m][i] = true;
    ++taken[m];
    --keep;
  }
  for (const auto& [m, i] : order) {
    if (keep == 0) break;
    if (kept[m][i]) continue;
    kept[m][i] = true;
    --keep;
  }
  return kept;
}

TEST(KeepLargestOverall, EqualsAStableSortWithFloors) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::vector<float>> matrices;
    int64_t total = 0;
    for (size_t m = 0; m < 1 + random() % 5; ++m) {
      matrices.push_back(MakeValues(kKinds[random() % 7], 1 + random() % 300, random));
      // Some matrices far below the others: those end on their floor.
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
    const RankBy by = round % 2 == 0 ? RankBy::kValue : RankBy::kMagnitude;

    std::vector<Values> views(matrices.begin(), matrices.end());
    std::vector<BitMask> masks;
    for (const auto& matrix : matrices) masks.emplace_back(static_cast<int64_t>(matrix.size()));
    SetParallelThreads(1 + static_cast<size_t>(round) % 3);
    ASSERT_EQ(KeepLargestOverall(views, by, keep, floors, masks), std::nullopt);
    SetParallelThreads(1);
    const auto expected = OverallByHand(matrices, by, keep, floors);
    for (size_t m = 0; m < masks.size(); ++m) ASSERT_EQ(Bits(masks[m]), expected[m]) << round;
  }
}

TEST(KeepLargestOverall, TiesGoToTheEarlierMatrix) {
  const std::vector<float> first(3, 1.0F);
  const std::vector<float> second(3, 1.0F);
  const std::vector<Values> views{first, second};
  std::vector<BitMask> masks{BitMask(3), BitMask(3)};
  ASSERT_EQ(KeepLargestOverall(views, RankBy::kValue, 4, std::vector<int64_t>{0, 0}, masks),
            std::nullopt);
  EXPECT_EQ(masks[0].Ones(), 3);
  EXPECT_EQ(Bits(masks[1]), (std::vector{true, false, false}));
}

TEST(KeepAbove, IsStrictAndHoldsZerosEqual) {
  const std::vector<float> values{-1.0F, -0.0F, 0.0F, 1e-45F, 1.0F};
  BitMask mask(5);
  ASSERT_TRUE(KeepAbove(values, 0.0F, mask));
  EXPECT_EQ(Bits(mask), (std::vector{false, false, false, true, true}));
  ASSERT_TRUE(KeepAbove(values, -0.0F, mask));
  EXPECT_EQ(mask.Ones(), 2);
  ASSERT_TRUE(KeepAbove(values, -kInfinity, mask));
  EXPECT_EQ(mask.Ones(), 5);
}

TEST(KthSmallest, EqualsASort) {
  std::mt19937 random(3);
  for (const Kind kind : kKinds) {
    const std::vector<float> a = MakeValues(kind, 200, random);
    const std::vector<float> b = MakeValues(kind, 77, random);
    std::vector<float> all(a);
    all.insert(all.end(), b.begin(), b.end());
    std::sort(all.begin(), all.end());
    const std::vector<Values> views{a, b};
    for (const int64_t k : {1, 2, 100, 276, 277}) {
      EXPECT_EQ(KthSmallest(views, k), all[static_cast<size_t>(k - 1)]);
    }
  }
}

TEST(Selection, RefusesWhatIsNotFiniteAndLeavesTheMasks) {
  for (const float refused : {kNan, -kNan, kInfinity, -kInfinity}) {
    for (const size_t position : {0, 8, 70}) {
      std::vector<float> bad(71, 1.0F);
      bad[position] = refused;
      const std::vector<float> good(71, 1.0F);
      const BitMask before(71, true);
      BitMask mask = before;
      for (const int64_t keep : {0, 3, 71}) {
        EXPECT_FALSE(KeepLargest(bad, RankBy::kValue, keep, mask));
        EXPECT_FALSE(KeepLargest(bad, RankBy::kMagnitude, keep, mask));
      }
      EXPECT_FALSE(KeepAbove(bad, 0.0F, mask));
      EXPECT_EQ(mask, before);
      const std::vector<Values> views{good, bad};
      std::vector<BitMask> masks{before, before};
      for (const int64_t keep : {0, 3}) {
        EXPECT_EQ(
            KeepLargestOverall(views, RankBy::kValue, keep, std::vector<int64_t>{0, 0}, masks), 1u);
      }
      EXPECT_EQ(masks[0], before);
      EXPECT_TRUE(std::isnan(KthSmallest(views, 1)));
    }
  }
}

TEST(Selection, RefusesWhatIsNotFiniteAmongMany) {
  for (const float refused : {kNan, -kNan, kInfinity, -kInfinity}) {
    std::mt19937 random(19);
    std::vector<float> bad = MakeValues(Kind::kNormal, 70'000, random);
    bad[69'999] = refused;
    const BitMask before(70'000, true);
    BitMask mask = before;
    for (const RankBy by : {RankBy::kValue, RankBy::kMagnitude}) {
      EXPECT_FALSE(KeepLargest(bad, by, 7'000, mask));
      EXPECT_EQ(mask, before);
    }
  }
}

// Ten million scores: the size of three layers of a large model.
TEST(KeepLargest, EqualsAStableSortOfTenMillion) {
  const char* const wanted = std::getenv("SPARSWEEP_LONG");
  if (wanted == nullptr || std::string_view(wanted) != "1") {
    GTEST_SKIP() << "sorts 10 million values seven times; SPARSWEEP_LONG=1 runs it";
  }
  std::mt19937 random(13);
  for (const Kind kind : kKinds) {
    const std::vector<float> values = MakeValues(kind, 10'000'000, random);
    std::vector<uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return values[a] > values[b]; });
    const int64_t keep = 1'500'000;
    std::vector<bool> expected(values.size());
    for (int64_t k = 0; k < keep; ++k) expected[order[static_cast<size_t>(k)]] = true;
    BitMask mask(static_cast<int64_t>(values.size()));
    ASSERT_TRUE(KeepLargest(values, RankBy::kValue, keep, mask));
    ASSERT_EQ(Bits(mask), expected) << "kind " << static_cast<int>(kind);
  }
}

}  // namespace
}  // namespace sparsweep::core
