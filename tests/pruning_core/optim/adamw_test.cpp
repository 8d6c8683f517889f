#include "pruning_core/optim/adamw.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace sparsweep::core {
namespace {

TEST(AdamW, FollowsTheReferencesFormula) {
  const AdamWRule rule{0.9, 0.999, 1e-3};  // an epsilon that shows
  double p = 0.7, m = 0.0, v = 0.0;
  float fp = 0.7F, fm = 0.0F, fv = 0.0F;
  for (int64_t step = 1; step <= 20; ++step) {
    const double gradient = std::sin(static_cast<double>(step)) * 0.01;
    const double lr = 0.01, decay = 0.1, clip = 0.5;
    const double g = gradient * clip;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const auto t = static_cast<double>(step);
    p -=
        lr * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t)) * m / (std::sqrt(v) + 1e-3);
    p -= lr * decay * p;
    const auto fg = static_cast<float>(gradient);
    UpdateAdamW(MakeAdamWStep(rule, step, lr, decay, clip), 1, &fg, &fp, &fm, &fv);
    ASSERT_NEAR(fp, p, 1e-6) << step;
  }
}

TEST(AdamW, LearningRateZeroMovesNoBit) {
  std::vector<float> p{0.1F, -3.3e-7F, 1e30F};
  const std::vector<float> before = p;
  const std::vector<float> g{1.0F, -2.0F, 3.0F};
  std::vector<float> m(3), v(3);
  UpdateAdamW(MakeAdamWStep({}, 1, 0.0, 0.1, 1.0), 3, g.data(), p.data(), m.data(), v.data());
  EXPECT_EQ(p, before);
  EXPECT_NE(m[0], 0.0F);
}

}  // namespace
}  // namespace sparsweep::core
