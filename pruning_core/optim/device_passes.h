// The optimizer's passes over parameters that live on a device, on that device.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/mask/bit_mask.h"
#include "pruning_core/methods/device_rule.h"
#include "pruning_core/optim/adamw.h"
#include "pruning_core/optim/pruned_matrix.h"
#include "pruning_core/optim/trained_array.h"

namespace sparsweep::core {

// Tensors of a run, all on one device; handles, not copies.
struct DeviceArrays {
  std::vector<PrunedMatrix> matrices;  // their masks are not used
  std::vector<TrainedArray> weights, scores, others;
};

// The scalars of one step, in the order of the arrays.
struct DeviceStep {
  DeviceRule rule;    // of the masks that this step's forward passes used
  uint64_t draw = 0;  // of their noise
  double max_norm = 0;
  std::vector<AdamWStep> weights, scores, others;
  std::vector<float> penalty_weights;  // λ·share/(L·n); 0 without a penalty
};

// What the device found since the last time.
struct DeviceFindings {
  double squares = 0;  // Σ gradient² of the last step, before clipping
  double clip = 1;
  double regularizer = 0;  // Σ over matrices of mean penalty; 0 without a penalty
  // The array (matrices first, then others) whose gradient or value was not finite: the step
  // changed nothing. The matrix whose ranked values were not: no mask changed.
  std::optional<size_t> bad_gradient, bad_value, bad_selection;
  // By matrix, of the last selection; the latter as MaskHash().
  std::vector<int64_t> ones;
  std::vector<uint64_t> mask_hashes;
};

// Everything but Find(), ReadMask() is queued and waits for nothing. Owned by a PruningOptimizer;
// one thread, that of the passes of the model. A failed call into the device's runtime throws
// std::exception, and the process is not to go on.
class DevicePasses {
 public:
  DevicePasses() = default;
  DevicePasses(const DevicePasses&) = delete;
  DevicePasses& operator=(const DevicePasses&) = delete;
  virtual ~DevicePasses() = default;

  // Norm, clipping and AdamW; gradients are used up.
  virtual void Update(const DeviceStep& step) = 0;
  // Masks by `rule` at the threshold or density v; W' of the masked forms with them.
  virtual void Select(const DeviceRule& rule, double v) = 0;
  // W' of L0.
  virtual void FillGates(GradientForm form, uint64_t seed, uint64_t draw) = 0;
  // After a step's last selection: what it found is on its way to the host.
  virtual void Report() = 0;
  // What was there at the last Report(); waits for it only.
  [[nodiscard]] virtual DeviceFindings Find() = 0;
  // Waits for all that is queued.
  [[nodiscard]] virtual BitMask ReadMask(size_t matrix) = 0;
};

using DevicePassesMaker = std::function<std::unique_ptr<DevicePasses>(DeviceArrays arrays)>;

// Null where this program computes such passes on the CPU: for the CPU itself, and in a build
// without CUDA. Which of its sources is linked decides.
[[nodiscard]] DevicePassesMaker FindDevicePasses(at::Device device);

}  // namespace sparsweep::core
