#include "tests/pruning_core/kernels/update_case.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/methods/dense.h"
#include "pruning_core/methods/l0.h"
#include "pruning_core/methods/magnitude.h"
#include "pruning_core/methods/soft_movement.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kSeed = 3;
constexpr int64_t kStep = 17;

std::shared_ptr<PruningMethod> MethodOf(GradientForm form) {
  switch (form) {
    case GradientForm::kDense:
      return std::make_shared<Dense>(false);
    case GradientForm::kMasked:
      return std::make_shared<Magnitude>(false);
    case GradientForm::kMovement:
      return std::make_shared<SoftMovement>(Floor::kExact);
    default:
      return std::make_shared<L0>(L0::Draw::kPerStep, kSeed);
  }
}

std::vector<float> Normal(size_t size, float scale, std::mt19937& random) {
  std::normal_distribution<float> normal(0.0F, scale);
  std::vector<float> values(size);
  for (float& value : values) value = normal(random);
  return values;
}

std::vector<float> Squares(size_t size, std::mt19937& random) {
  std::vector<float> values = Normal(size, 1e-3F, random);
  for (float& value : values) value *= value;
  return values;
}

MatrixSlice SliceOf(const CaseArray& array, size_t m) {
  return {.matrix = static_cast<int64_t>(m),
          .begin = 0,
          .size = static_cast<int64_t>(array.value.size()),
          .upstream = array.upstream.data(),
          .weights = array.value.data(),
          .scores = array.score.data(),
          .mask = array.mask.From(0)};
}

void Update(const AdamWStep& step, const std::vector<float>& g, std::vector<float>& p,
            std::vector<float>& m, std::vector<float>& v) {
  for (size_t i = 0; i < p.size(); ++i) UpdateElement(step, g[i], p[i], m[i], v[i]);
}

}  // namespace

UpdateCase MakeUpdateCase(GradientForm form, bool penalized) {
  std::mt19937 random(11);
  UpdateCase test;
  test.form = form;
  test.sizes = {9000, 70, 33, 128};
  test.matrices = 2;
  test.settings.seed = kSeed;
  test.settings.draw = static_cast<uint64_t>(kStep);
  test.settings.penalized = HasScores(form);
  if (form == GradientForm::kSampledGates || form == GradientForm::kKeptGates) {
    test.settings.penalty_shift = 1.598597F;
  }
  test.value_step = {0.9F, 0.1F, 0.999F, 0.001F, 1e-8F, 3e-4F, 1e-5F, 1.0F};
  test.score_step = {0.9F, 0.1F, 0.999F, 0.001F, 1e-8F, 1e-2F, 0.0F, 1.0F};
  for (size_t a = 0; a < test.sizes.size(); ++a) {
    const auto size = static_cast<size_t>(test.sizes[a]);
    const bool matrix = a < test.matrices;
    CaseArray array;
    if (a != 3) array.upstream = Normal(size, 0.1F, random);
    array.value = Normal(size, 0.05F, random);
    array.value_first = Normal(size, 1e-3F, random);
    array.value_second = Squares(size, random);
    if (matrix) {
      array.mask = BitMask(test.sizes[a]);
      for (int64_t block = 0; block < (test.sizes[a] + 63) / 64; ++block) {
        const int64_t bits = std::min<int64_t>(64, test.sizes[a] - block * 64);
        const uint64_t used = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
        array.mask.SetBlock(block, ((uint64_t{random()} << 32) | random()) & used);
      }
      if (HasScores(form)) {
        array.score = Normal(size, 2.0F, random);
        array.score_first = Normal(size, 1e-3F, random);
        array.score_second = Squares(size, random);
      }
    }
    test.penalty_weight.push_back(matrix && penalized ? 40.0F / (2.0F * static_cast<float>(size))
                                                      : 0.0F);
    test.arrays.push_back(std::move(array));
  }
  test.method = MethodOf(form);
  if (test.method->has_scores()) {
    std::vector<MatrixView> views;
    std::vector<BitMask> masks;
    for (size_t m = 0; m < test.matrices; ++m) {
      views.push_back({"matrix", test.arrays[m].value, test.arrays[m].score});
      masks.emplace_back(test.sizes[m]);
    }
    test.method->Select(
        {.step = kStep, .threshold = 0.1, .last = false, .cut = form == GradientForm::kKeptGates},
        views, masks);
  }
  return test;
}

StepControl StepOnCpu(UpdateCase& test, double max_norm) {
  StepControl control;
  std::vector<std::vector<float>> weight_gradients, score_gradients;
  for (size_t a = 0; a < test.arrays.size(); ++a) {
    const CaseArray& array = test.arrays[a];
    const int64_t size = test.sizes[a];
    std::vector<float> gw(array.upstream);
    std::vector<float> gs(array.score.size());
    if (a < test.matrices) {
      test.method->Gradients(SliceOf(array, a), gw.data(), gs.data());
      if (!gs.empty()) {
        control.regularizer +=
            test.method->AddPenalty(array.score.data(), test.penalty_weight[a], size, gs.data()) /
            static_cast<double>(size);
      }
    }
    if (!array.upstream.empty()) {
      control.squares +=
          SquaredNorm(gw.data(), size) + SquaredNorm(gs.data(), static_cast<int64_t>(gs.size()));
    }
    weight_gradients.push_back(std::move(gw));
    score_gradients.push_back(std::move(gs));
  }
  if (max_norm > 0.0) {
    control.clip =
        static_cast<float>(std::min(1.0, max_norm / (std::sqrt(control.squares) + 1e-6)));
  }
  if (!std::isfinite(control.squares)) return control;
  for (size_t a = 0; a < test.arrays.size(); ++a) {
    CaseArray& array = test.arrays[a];
    if (array.upstream.empty()) continue;
    AdamWStep value_step = test.value_step;
    AdamWStep score_step = test.score_step;
    value_step.clip = score_step.clip = control.clip;
    Update(value_step, weight_gradients[a], array.value, array.value_first, array.value_second);
    Update(score_step, score_gradients[a], array.score, array.score_first, array.score_second);
  }
  return control;
}

std::vector<float> WorkingOnCpu(const UpdateCase& test, size_t m) {
  std::vector<float> working(test.arrays[m].value.size());
  test.method->Working(SliceOf(test.arrays[m], m), working.data());
  return working;
}

UpdatedArray WithoutPointers(const UpdateCase& test, size_t a) {
  UpdatedArray array{};
  array.size = test.sizes[a];
  array.matrix = static_cast<int64_t>(a);
  array.penalty_weight = test.penalty_weight[a];
  array.value_step = test.value_step;
  array.score_step = test.score_step;
  return array;
}

}  // namespace sparsweep::core
