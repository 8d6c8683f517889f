#include "tests/pruning_core/golden/comparison.h"

#include <ATen/TensorOperators.h>
#include <fmt/format.h>

#include <cmath>

namespace sparsweep::core::golden {
namespace {

constexpr double kScoresAllowance = 0.002;

at::Tensor Distance(const at::Tensor& ours, const at::Tensor& stored) {
  return (ours.detach().to(at::kDouble) - stored.to(at::kDouble)).abs();
}

}  // namespace

void Comparison::Number(const std::string& what, double ours, double stored, double tolerance,
                        double scale) {
  ++compared_;
  if (std::abs(ours - stored) <= tolerance * scale) return;
  Differ(fmt::format("{}: {} instead of {} (tolerance {} of {})", what, ours, stored, tolerance,
                     scale));
}

void Comparison::Tensor(const std::string& what, const at::Tensor& ours, const at::Tensor& stored,
                        double tolerance) {
  ++compared_;
  if (ours.sizes() != stored.sizes()) return Differ(what + ": another shape");
  const double most = Distance(ours, stored).max().item<double>();
  if (!(most <= tolerance))
    Differ(fmt::format("{}: off by {:.3g} > {:.3g}", what, most, tolerance));
}

void Comparison::Scores(const std::string& what, const at::Tensor& ours, const at::Tensor& stored,
                        double tolerance, double most) {
  ++compared_;
  const at::Tensor distance = Distance(ours, stored);
  scores_ += distance.numel();
  scores_beyond_ += (distance > tolerance).sum().item<int64_t>();
  Tensor(what, ours, stored, most);
}

void Comparison::Mask(const std::string& what, const BitMask& ours, const at::Tensor& stored) {
  ++compared_;
  const at::Tensor flat = stored.flatten();
  const auto* bits = flat.const_data_ptr<uint8_t>();
  int64_t flips = ours.size() == flat.numel() ? 0 : flat.numel();
  for (int64_t i = 0; i < ours.size() && flips < flat.numel(); ++i) {
    flips += ours.Get(i) != (bits[i] != 0) ? 1 : 0;
  }
  if (flips != 0) Differ(fmt::format("{}: {} elements differ", what, flips));
}

void Comparison::Count(const std::string& what, int64_t ours, int64_t stored) {
  ++compared_;
  if (ours != stored) Differ(fmt::format("{}: {} instead of {}", what, ours, stored));
}

std::string Comparison::Differences() const {
  std::string all = lines_;
  if (compared_ == 0) all += "nothing was compared\n";
  if (static_cast<double>(scores_beyond_) > kScoresAllowance * static_cast<double>(scores_)) {
    all += fmt::format("{} of {} scores beyond their tolerance\n", scores_beyond_, scores_);
  }
  return all;
}

void Comparison::Differ(const std::string& line) { lines_ += line + "\n"; }

}  // namespace sparsweep::core::golden
