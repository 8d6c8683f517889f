#include "pruning_core/methods/l0.h"

#include <algorithm>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/kernels/hard_concrete.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/methods/ranking.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kStrip = 512;  // a multiple of 8: whole bytes of masks, whole pairs of noise
using Strip = std::array<float, kStrip>;

MatrixSlice Part(const MatrixSlice& slice, int64_t offset) {
  MatrixSlice part = slice;
  part.begin += offset;
  part.size = std::min(kStrip, slice.size - offset);
  if (part.upstream != nullptr) part.upstream += offset;
  part.weights += offset;
  part.scores += offset;
  part.mask += offset / 8;
  return part;
}

}  // namespace

void L0::Select(const Moment& moment, std::span<const MatrixView> matrices,
                std::span<BitMask> masks) {
  step_ = moment.step;
  cut_ = moment.cut;
  ParallelFor(matrices.size(), [&](size_t m) {
    if (!KeepAbove(matrices[m].scores, kGateClosed, masks[m])) RefuseNotFinite(moment, matrices[m]);
  });
}

void L0::Gradients(const MatrixSlice& slice, float* weight_gradient, float* score_gradient) const {
  Strip gate;
  Strip slope;
  Strip product;
  for (int64_t offset = 0; offset < slice.size; offset += kStrip) {
    const MatrixSlice part = Part(slice, offset);
    if (cut_) {
      KeptGates(part, gate.data(), slope.data());
    } else {
      FillNoise(part, product.data());
      SampleGatesAndSlopes(product.data(), part.scores, part.size, gate.data(), slope.data());
    }
    Multiply(part.upstream, gate.data(), part.size, weight_gradient + offset);
    Multiply(part.upstream, part.weights, part.size, product.data());
    Multiply(product.data(), slope.data(), part.size, score_gradient + offset);
  }
}

double L0::AddPenalty(const float* scores, float weight, int64_t size,
                      float* score_gradient) const {
  return AddSigmoidPenalty(scores, kGateShift, weight, size, score_gradient);
}

void L0::Working(const MatrixSlice& slice, float* working) const {
  if (cut_) {
    EvaluationWorking(slice, working);
    return;
  }
  Strip noise;
  Strip gate;
  for (int64_t offset = 0; offset < slice.size; offset += kStrip) {
    const MatrixSlice part = Part(slice, offset);
    FillNoise(part, noise.data());
    SampleGates(noise.data(), part.scores, part.size, gate.data());
    Multiply(gate.data(), part.weights, part.size, working + offset);
  }
}

void L0::EvaluationWorking(const MatrixSlice& slice, float* working) const {
  Strip gate;
  Strip slope;
  for (int64_t offset = 0; offset < slice.size; offset += kStrip) {
    const MatrixSlice part = Part(slice, offset);
    if (cut_) {
      KeptGates(part, gate.data(), slope.data());
    } else {
      EvaluateGates(part.scores, part.size, gate.data());
    }
    Multiply(gate.data(), part.weights, part.size, working + offset);
  }
}

void L0::KeptGates(const MatrixSlice& part, float* gate, float* slope) const {
  Strip open;
  KeptGatesAndSlopes(part.scores, part.size, open.data(), slope);
  ApplyMask(part.mask, open.data(), part.size, gate);
  std::copy_n(slope, part.size, open.data());
  ApplyMask(part.mask, open.data(), part.size, slope);
}

std::span<float> L0::memory() {
  if (draw_ == Draw::kPerStep) return {};
  return forwards_;
}

void L0::FillNoise(const MatrixSlice& slice, float* noise) const {
  if (draw_ == Draw::kPerStep) {
    GateNoise{seed_, static_cast<uint64_t>(step_)}.Fill(slice.matrix, slice.begin, slice.size,
                                                        noise);
  } else {
    GateNoise{seed_, static_cast<uint64_t>(forwards_[0])}.FillReference(slice.matrix, slice.begin,
                                                                        slice.size, noise);
  }
}

std::optional<DeviceRule> L0::Rule(const Moment& moment) const {
  if (draw_ == Draw::kPerForward) return std::nullopt;
  return DeviceRule{.form = moment.cut ? GradientForm::kKeptGates : GradientForm::kSampledGates,
                    .keeps = Keeps::kAbove,
                    .threshold = kGateClosed,
                    .penalty_shift = kGateShift,
                    .seed = seed_};
}

}  // namespace sparsweep::core
