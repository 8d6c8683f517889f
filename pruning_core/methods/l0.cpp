#include "pruning_core/methods/l0.h"

#include <algorithm>

#include "pruning_core/kernels/elementwise.h"
#include "pruning_core/kernels/hard_concrete.h"
#include "pruning_core/methods/ranking.h"

namespace sparsweep::core {
namespace {

constexpr int64_t kStrip = 512;  // even: noise comes in pairs
using Strip = std::array<float, kStrip>;

MatrixSlice Part(const MatrixSlice& slice, int64_t offset) {
  MatrixSlice part = slice;
  part.begin += offset;
  part.size = std::min(kStrip, slice.size - offset);
  part.weights += offset;
  part.scores += offset;
  return part;
}

}  // namespace

void L0::Select(const Moment& moment, std::span<const MatrixView> matrices,
                std::span<BitMask> masks) {
  step_ = moment.step;
  for (size_t m = 0; m < matrices.size(); ++m) {
    if (!KeepAbove(matrices[m].scores, kGateClosed, masks[m])) RefuseNan(moment, matrices[m]);
  }
}

void L0::Gradients(const MatrixSlice& slice, float* weight_gradient, float* score_gradient) const {
  Strip noise;
  Strip gate;
  Strip slope;
  for (int64_t offset = 0; offset < slice.size; offset += kStrip) {
    const MatrixSlice part = Part(slice, offset);
    const float* const upstream = slice.upstream + offset;
    float* const score = score_gradient + offset;
    FillNoise(part, noise.data());
    SampleGatesAndSlopes(noise.data(), part.scores, part.size, gate.data(), slope.data());
    Multiply(upstream, gate.data(), part.size, weight_gradient + offset);
    Multiply(upstream, part.weights, part.size, gate.data());
    Multiply(gate.data(), slope.data(), part.size, score);
  }
}

double L0::AddPenalty(const float* scores, float weight, int64_t size,
                      float* score_gradient) const {
  return AddSigmoidPenalty(scores, kGateShift, weight, size, score_gradient);
}

void L0::Working(const MatrixSlice& slice, float* working) const {
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
  for (int64_t offset = 0; offset < slice.size; offset += kStrip) {
    const MatrixSlice part = Part(slice, offset);
    EvaluateGates(part.scores, part.size, gate.data());
    Multiply(gate.data(), part.weights, part.size, working + offset);
  }
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

}  // namespace sparsweep::core
