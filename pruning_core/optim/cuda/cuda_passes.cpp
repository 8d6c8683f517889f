#include "pruning_core/optim/cuda/cuda_passes.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pruning_core/methods/ranking.h"

namespace sparsweep::core {
namespace {

float* Pointer(const at::Tensor& tensor) { return tensor.mutable_data_ptr<float>(); }

// All bits of `size` weights 1, in whole 64-bit blocks.
DeviceArray<uint32_t> FullMask(int64_t size) {
  const BitMask mask(size, true);
  std::vector<uint32_t> words(static_cast<size_t>((size + 63) / 64 * 2));
  std::memcpy(words.data(), mask.bytes().data(), mask.bytes().size());
  return DeviceArray<uint32_t>(std::span<const uint32_t>(words));
}

std::vector<DeviceArray<uint32_t>> FullMasks(const std::vector<PrunedMatrix>& matrices) {
  std::vector<DeviceArray<uint32_t>> masks;
  for (const PrunedMatrix& matrix : matrices) masks.push_back(FullMask(matrix.weight.numel()));
  return masks;
}

std::optional<size_t> Index(int32_t found, int32_t none) {
  if (found == none) return std::nullopt;
  return static_cast<size_t>(found);
}

}  // namespace

CudaPasses::CudaPasses(DeviceArrays arrays, cudaStream_t stream)
    : arrays_(std::move(arrays)),
      stream_(stream),
      masks_(FullMasks(arrays_.matrices)),
      update_(Sizes(), arrays_.matrices.size()),
      selection_(MakeSelection()),
      report_(arrays_.matrices.size()) {}

std::vector<int64_t> CudaPasses::Sizes() const {
  std::vector<int64_t> sizes;
  for (const TrainedArray& array : arrays_.weights) sizes.push_back(array.value.numel());
  for (const TrainedArray& array : arrays_.others) sizes.push_back(array.value.numel());
  return sizes;
}

DeviceSelection CudaPasses::MakeSelection() const {
  std::vector<RankedMatrix> ranked;
  for (size_t m = 0; m < arrays_.matrices.size(); ++m) {
    const PrunedMatrix& matrix = arrays_.matrices[m];
    const at::Tensor& by = matrix.score.defined() ? matrix.score : matrix.weight;
    const bool apart = !matrix.working.is_same(matrix.weight);
    ranked.push_back({Pointer(by), apart ? Pointer(matrix.weight) : nullptr,
                      apart ? Pointer(matrix.working) : nullptr, masks_[m].data(),
                      matrix.weight.numel()});
  }
  return DeviceSelection(ranked);
}

std::vector<UpdatedArray> CudaPasses::Arrays() const {
  std::vector<UpdatedArray> arrays;
  const auto add = [&](const TrainedArray& from) -> UpdatedArray& {
    UpdatedArray array{};
    array.value = Pointer(from.value);
    array.value_first = Pointer(from.first);
    array.value_second = Pointer(from.second);
    array.size = from.value.numel();
    return arrays.emplace_back(array);
  };
  for (size_t m = 0; m < arrays_.matrices.size(); ++m) {
    UpdatedArray& array = add(arrays_.weights[m]);
    array.mask = masks_[m].data();
    array.matrix = arrays_.matrices[m].index;
    if (arrays_.scores.empty()) continue;
    array.score = Pointer(arrays_.scores[m].value);
    array.score_first = Pointer(arrays_.scores[m].first);
    array.score_second = Pointer(arrays_.scores[m].second);
  }
  for (const TrainedArray& other : arrays_.others) add(other);
  return arrays;
}

void CudaPasses::AddGradients(std::vector<UpdatedArray>& arrays) {
  gradients_.clear();
  const auto take = [&](UpdatedArray& array, const at::Tensor& leaf) {
    if (!leaf.grad().defined()) return;
    array.upstream = Pointer(gradients_.emplace_back(leaf.grad().contiguous()));
    leaf.mutable_grad().reset();
  };
  const size_t matrices = arrays_.matrices.size();
  for (size_t m = 0; m < matrices; ++m) take(arrays[m], arrays_.matrices[m].working);
  for (size_t a = 0; a < arrays_.others.size(); ++a) {
    take(arrays[matrices + a], arrays_.others[a].value);
  }
}

void CudaPasses::Update(const DeviceStep& step) {
  std::vector<UpdatedArray> arrays = Arrays();
  AddGradients(arrays);
  const size_t matrices = arrays_.matrices.size();
  for (size_t m = 0; m < matrices; ++m) {
    arrays[m].value_step = step.weights[m];
    if (!step.scores.empty()) arrays[m].score_step = step.scores[m];
    arrays[m].penalty_weight = step.penalty_weights[m];
  }
  for (size_t a = 0; a < step.others.size(); ++a) arrays[matrices + a].value_step = step.others[a];
  const UpdateSettings settings{.seed = step.rule.seed,
                                .draw = step.draw,
                                .penalized = step.rule.penalty_shift.has_value(),
                                .penalty_shift = step.rule.penalty_shift.value_or(0.0F)};
  update_.Step(step.rule.form, arrays, settings, step.max_norm, stream_);
  gradients_.clear();  // whoever gets their memory uses it on this stream, behind these passes
}

void CudaPasses::Select(const DeviceRule& rule, double v) {
  std::vector<int64_t> sizes;
  int64_t total = 0;
  for (const PrunedMatrix& matrix : arrays_.matrices) {
    sizes.push_back(matrix.weight.numel());
    total += sizes.back();
  }
  const auto of_each = [&](auto count) {
    std::vector<int64_t> counts;
    for (const int64_t size : sizes) counts.push_back(count(size));
    return counts;
  };
  switch (rule.keeps) {
    case Keeps::kAll:
      return;
    case Keeps::kRankedInMatrix:
      return selection_.KeepLargest(rule.by, of_each([&](int64_t size) { return KeptOf(v, size); }),
                                    stream_);
    case Keeps::kRankedOverall:
      return selection_.KeepLargestOverall(
          rule.by, KeptOf(v, total),
          of_each([&](int64_t size) { return std::min(FloorOf(size), KeptOf(v, size)); }), stream_);
    case Keeps::kAbove:
      return selection_.KeepAbove(
          rule.threshold, of_each([&](int64_t size) { return rule.floored ? FloorOf(size) : 0; }),
          stream_);
  }
}

void CudaPasses::FillGates(GradientForm form, uint64_t seed, uint64_t draw) {
  std::vector<float*> working;
  for (const PrunedMatrix& matrix : arrays_.matrices) working.push_back(Pointer(matrix.working));
  update_.FillWorking(form, Arrays(), working, {.seed = seed, .draw = draw}, stream_);
}

void CudaPasses::Report() {
  selection_.CountAndHash(stream_);
  report_.Start(update_.control(), selection_.ones(), selection_.hashes(), selection_.not_finite(),
                stream_);
}

DeviceFindings CudaPasses::Find() {
  report_.Wait();
  const StepControl& control = report_.control();
  const auto ones = report_.ones();
  const auto hashes = report_.hashes();
  return {.squares = control.squares,
          .clip = static_cast<double>(control.clip),
          .regularizer = control.regularizer,
          .bad_gradient = Index(control.bad_gradient, StepControl::kNone),
          .bad_value = Index(control.bad_value, StepControl::kNone),
          .bad_selection = Index(report_.not_finite(), SelectionTables::kNone),
          .ones = {ones.begin(), ones.end()},
          .mask_hashes = {hashes.begin(), hashes.end()}};
}

BitMask CudaPasses::ReadMask(size_t matrix) {
  const std::vector<uint32_t> words = masks_[matrix].Read(stream_);
  BitMask mask(arrays_.matrices[matrix].weight.numel());
  for (size_t w = 0; w < words.size(); w += 2) {
    mask.SetBlock(static_cast<int64_t>(w / 2), uint64_t{words[w + 1]} << 32 | words[w]);
  }
  return mask;
}

}  // namespace sparsweep::core
