#include "pruning_core/verify/mask_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "pruning_core/methods/gate_noise.h"
#include "pruning_core/optim/gradient_chunks.h"
#include "pruning_core/verify/tensor_values.h"
#include "pruning_core/verify/tolerances.h"

namespace sparsweep::core {
namespace {

std::vector<uint8_t> Bits(const BitMask& mask) {
  std::vector<uint8_t> bits(static_cast<size_t>(mask.size()));
  for (int64_t i = 0; i < mask.size(); ++i) bits[static_cast<size_t>(i)] = mask.Get(i) ? 1 : 0;
  return bits;
}

int64_t Ones(const std::vector<uint8_t>& mask) { return std::ranges::count(mask, uint8_t{1}); }

}  // namespace

std::vector<uint8_t> MaskChecks::TrainingMask(const PrunedMatrix& matrix) const {
  if (!method_.draws_each_forward()) return Bits(matrix.mask);
  // z of this forward pass = W' of weights that are all 1.
  std::vector<float> weights(static_cast<size_t>(matrix.weight.numel()), 1.0F);
  std::vector<float> gates(weights.size());
  MatrixSlice slice = SliceOf(matrix, nullptr, 0, matrix.weight.numel());
  slice.weights = weights.data();
  method_.Working(slice, gates.data());
  std::vector<uint8_t> mask(gates.size());
  std::ranges::transform(gates, mask.begin(), [](float gate) { return gate == 0.0F ? 0 : 1; });
  return mask;
}

void MaskChecks::Forward(int64_t forward) {
  const auto i = static_cast<size_t>(forward);
  const CaseFile& file = golden_.file();
  const ForwardSeries& stored = file.forwards;
  const Place place{forward, optimizer_.steps_done()};
  const std::vector<int64_t> counts =
      stored.mask_ones.empty() ? std::vector<int64_t>{} : stored.mask_ones[i];
  const std::string group = fmt::format("mask/{}/", forward);
  int64_t ones = 0;
  for (size_t m = 0; m < optimizer_.matrices().size(); ++m) {
    const std::vector<uint8_t> mask = TrainingMask(optimizer_.matrices()[m]);
    Compare({Quantity::kMasks, Quantity::kMaskCounts}, group, place, m, mask, counts);
    ones += Ones(mask);
  }
  if (!stored.mask_density.empty()) {
    const auto total = static_cast<double>(optimizer_.density().prunable);
    const auto matrices = static_cast<double>(optimizer_.matrices().size());
    comparison_.Number(Quantity::kMaskDensity, place, static_cast<double>(ones) / total,
                       stored.mask_density[i],
                       file.method == "l0" ? matrices / total : tolerance::kSchedule);
  }
  CompareNoise(forward);
}

void MaskChecks::Evaluation() {
  const Place place{-1, optimizer_.steps_done()};
  for (size_t m = 0; m < optimizer_.matrices().size(); ++m) {
    Compare({Quantity::kEvalMasks, Quantity::kEvalMaskCounts}, "eval_mask/", place, m,
            Bits(optimizer_.matrices()[m].mask), golden_.file().eval_mask_ones);
  }
}

void MaskChecks::Compare(const Quantities& quantities, const std::string& group, const Place& place,
                         size_t matrix, const std::vector<uint8_t>& ours,
                         const std::vector<int64_t>& counts) {
  const PrunedMatrix& compared = optimizer_.matrices()[matrix];
  Place at = place;
  at.tensor = MatrixName(compared.name);
  if (!counts.empty()) {
    comparison_.Number(quantities.count, at, static_cast<double>(Ones(ours)),
                       static_cast<double>(counts[matrix]),
                       golden_.file().method == "l0" ? 1.0 : 0.0);
  }
  const std::string name = group + at.tensor;
  if (!golden_.Has(name)) return;
  const at::Tensor stored = golden_.ReadMask(name, compared.weight.sizes());
  comparison_.Bits(quantities.bits, at, ours,
                   {stored.const_data_ptr<uint8_t>(), static_cast<size_t>(stored.numel())});
}

void MaskChecks::CompareNoise(int64_t forward) {
  for (const PrunedMatrix& matrix : optimizer_.matrices()) {
    const std::string name = fmt::format("{}/{}", forward, MatrixName(matrix.name));
    const Place place{forward, optimizer_.steps_done(), MatrixName(matrix.name)};
    if (method_.draws_each_forward() && golden_.Has("u/" + name)) {
      const at::Tensor stored = golden_.Read("u/" + name, matrix.weight.sizes());
      std::vector<float> noise(static_cast<size_t>(stored.numel()));
      GateNoise{golden_.file().seed, static_cast<uint64_t>(forward)}.FillReference(
          matrix.index, 0, stored.numel(), noise.data());
      comparison_.Array(Quantity::kNoise, place, noise, ValuesOf(stored), 0.0);
    }
    if (golden_.Has("weff/" + name)) {
      const at::Tensor working = matrix.working.detach().cpu();
      const at::Tensor stored = golden_.Read("weff/" + name, matrix.weight.sizes());
      comparison_.Array(Quantity::kMaskedWeights, place, ValuesOf(working), ValuesOf(stored),
                        tolerance::kWeights);
    }
  }
}

}  // namespace sparsweep::core
