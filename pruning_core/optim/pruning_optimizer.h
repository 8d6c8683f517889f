// One optimizer step of movement pruning: gradients → norm → clipping → AdamW → next masks → next
// working weights.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/model_io/named_tensor.h"
#include "pruning_core/models/parameter.h"
#include "pruning_core/optim/density_controller.h"
#include "pruning_core/optim/device_passes.h"
#include "pruning_core/optim/host_shadow.h"
#include "pruning_core/optim/hyperparameters.h"
#include "pruning_core/optim/matrix_passes.h"
#include "pruning_core/optim/pruned_matrix.h"
#include "pruning_core/optim/trained_array.h"

namespace sparsweep::core {

// What one step did.
struct StepReport {
  double gradient_norm = 0;  // over weights, biases and scores together, before clipping
  double clip = 1;           // min(1, max_grad_norm / (norm + 1e-6))
  double regularizer = 0;    // R on the scores of this step's forward passes, without λ
  double lambda = 0;         // the step's λ: its loss was task + lambda · regularizer
  double learning_rate = 0;
  double score_learning_rate = 0;
};

// How many weights the masks keep.
struct DensityReport {
  int64_t ones = 0;
  int64_t prunable = 0;
  double mask_density = 1;  // ones / prunable
  // The reference's figure: encoder biases and LayerNorm count as kept.
  double remaining_weights = 1;
};

// What became of a density that was asked for.
struct TargetDensityReport {
  double asked = 1;
  double before_cut = 1;  // where control alone had come; rank-based methods need none
  double reached = 1;
};

// Owns weights, scores, masks and moments of one run; shares the storage of the model's parameters.
// Use: fill the model, construct, then per step any number of forward and backward passes over the
// model, each followed by AfterBackward(), and one Step(). Between steps the model computes with
// the current masks; evaluation stands inside an EvaluationWeights. After the last step the model
// has its evaluation weights, so export needs nothing else. Called from one thread; its own passes
// take ParallelFor()'s, a matrix each, and give the same bits whatever their number.
//
// Computes where the parameters are, if there are passes for that device and a rule for the method;
// then weights, scores and moments stay there. Else they are copies on the CPU: gradients come and
// values go in each step.
class PruningOptimizer {
 public:
  // Takes the parameters' values as W, fills the scores as hyper.score_init says, sets which
  // parameters require gradients, and computes the first masks.
  PruningOptimizer(const ParameterList& parameters, std::unique_ptr<PruningMethod> method,
                   const Hyperparameters& hyper);

  // After each backward pass; the last one before a Step() needs none. Does nothing but for methods
  // that draw for each forward pass (l0 in reference numerics): folds G into gW and gS and draws
  // for the next forward pass. Backward passes without it add up in G, as autograd does.
  void AfterBackward();

  // Consumes the gradients that backward passes have summed up in the parameters. `loss_share` =
  // micro-batches since the last step / accumulation: the share of λ·R that their losses would have
  // carried. Parameters without gradient are left alone. Throws NumericError, with nothing changed,
  // when a gradient, weight or score is not finite.
  StepReport Step(double loss_share = 1.0);

  // gW and gS of matrix m as Step(loss_share) would see them, the penalty's part included, before
  // clipping. For checks: it copies; undefined without a gradient, gS without scores.
  struct MatrixGradients {
    at::Tensor weight, score;
  };
  [[nodiscard]] MatrixGradients Gradients(size_t m, double loss_share = 1.0) const;

  // Step() without its report. On a device the step is only queued: what was not finite in it is
  // thrown by the next call that looks at results (NumericError with the step's number), this one
  // among them.
  void QueueStep(double loss_share = 1.0);

  [[nodiscard]] int64_t steps_done() const { return steps_done_; }
  // v and λ of the coming step; the masks are those of v.
  [[nodiscard]] double threshold() const;
  [[nodiscard]] double lambda() const;
  // With the masks of the moment: where a device has chosen them they are fetched, once a step.
  [[nodiscard]] const std::vector<PrunedMatrix>& matrices() const;
  [[nodiscard]] DensityReport density() const;
  // MaskHash() of the masks of the moment, by matrix. On a device nothing is fetched for them: they
  // come with what the step found, for which this waits as the next QueueStep() would.
  [[nodiscard]] std::vector<uint64_t> mask_hashes() const;
  // Final after the last step; nullopt when no density was asked for.
  [[nodiscard]] std::optional<TargetDensityReport> target_density() const;

  // All that must be saved for a resume to the same bits, under stable names: W, scores, moments,
  // the method's memory. The tensors are the optimizer's own, where it keeps them.
  [[nodiscard]] std::vector<NamedTensor> State() const;
  // After State()'s tensors were filled from a checkpoint that was saved with `steps_done` (or
  // scores were set by hand): computes masks and working weights anew.
  void Restore(int64_t steps_done);

  // Which W' the model holds; see EvaluationWeights.
  void Use(WeightsFor use);

 private:
  void TakeParameters(const ParameterList& parameters);
  void AddMatrix(const Parameter& parameter);
  StepReport Advance(double loss_share);
  // On the device, in device_step.cpp.
  void TakeDevice(const DevicePassesMaker& make);
  StepReport QueueOnDevice(double loss_share);
  void SelectOnDevice();
  void FillOnDevice(WeightsFor use);
  // Looks at what the last step found, once: throws, lets density control go on.
  void Settle() const;
  [[nodiscard]] StepReport Scheduled(double factor) const;  // what is known before the step
  [[nodiscard]] double GradientNorm(double loss_share, StepReport& report) const;
  [[nodiscard]] double MatrixNorm(const PrunedMatrix& matrix, double loss_share,
                                  double& penalty) const;
  [[nodiscard]] double ArrayNorm(const TrainedArray& array) const;
  // λ·loss_share/(L·n): what ∂penalty/∂S of one score weighs in the loss.
  [[nodiscard]] float PenaltyWeight(const PrunedMatrix& matrix, double loss_share) const;
  void Update(double loss_share, double clip);
  void UpdateMatrix(size_t m, double loss_share, double factor, double clip);
  void UpdateArray(const TrainedArray& array, double factor, double clip) const;
  // Masks and working weights of the coming step.
  void Select();
  [[nodiscard]] int64_t schedule_step() const { return steps_done_ + hyper_.first_schedule_step; }
  [[nodiscard]] bool cuts() const;  // the masks are those of the exact rank cut
  [[nodiscard]] bool done() const { return steps_done_ == hyper_.total_steps; }

  std::unique_ptr<PruningMethod> method_;
  // Where the parameters are on a device: either its own passes, or else copies on the CPU.
  struct DeviceSide {
    std::unique_ptr<DevicePasses> passes;
    DeviceFindings found;
    bool unsettled = false;  // there is a report to look at
    bool advances = false;   // density control goes on with it
    bool stale = true;       // the masks in matrices_ are older
  };
  std::unique_ptr<DeviceSide> device_;
  std::unique_ptr<HostShadow> shadow_;
  Hyperparameters hyper_;
  mutable std::vector<PrunedMatrix> matrices_;     // on a device their masks come when asked for
  std::vector<TrainedArray> weights_;              // W, one a matrix
  std::vector<TrainedArray> scores_;               // S, one a matrix, or none at all
  std::vector<TrainedArray> others_;               // biases, LayerNorm, head, …
  std::unique_ptr<DensityController> controller_;  // penalized methods with a target, or none
  int64_t encoder_vectors_ = 0;                    // elements of the encoder's biases and LayerNorm
  int64_t steps_done_ = 0;
};

}  // namespace sparsweep::core
