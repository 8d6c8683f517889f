// What the ranks of a run exchange in each optimizer step.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pruning_core/distributed/gradient_buckets.h"
#include "pruning_core/distributed/process_group.h"
#include "pruning_core/distributed/word_agreement.h"
#include "pruning_core/models/parameter.h"

namespace sparsweep::core {

// Weights, scores, moments and masks are the same on all ranks, so of a pruned matrix only G
// travels: Σ G over the ranks gives the sums of gW and gS. Besides it the loss, whether a rank was
// asked to stop, and the pair of words that shows a mask that differs. Borrows what it is given;
// one thread.
//
// A step: Begin(), BeforeLastBackward(), the last backward pass, Finish(), SendMasks(), the
// optimizer's step.
class StepExchange {
 public:
  // What requires a gradient among `parameters` travels; the prunable ones are those whose masks
  // are compared. `stop_requested` is asked once a step.
  StepExchange(ProcessGroup& group, const ParameterList& parameters,
               std::function<bool()> stop_requested);

  // This rank's part of the batch.
  [[nodiscard]] std::span<const uint32_t> Begin(std::span<const uint32_t> rows);
  void BeforeLastBackward() { buckets_.Arm(); }
  // Gradients and the loss become sums over the ranks; returns the latter. Throws RankLost.
  double Finish(double loss);
  // Of an fp64 scalar where the model is; the sum stays there.
  [[nodiscard]] at::Tensor Finish(const at::Tensor& loss);
  // Sends the hashes, by matrix, of the masks that this step's passes used: those that were chosen
  // in step `steps_done`. What was sent a step ago must have been the same everywhere
  // (RanksDiffer).
  void SendMasks(std::vector<uint64_t> hashes, int64_t steps_done);
  // What was sent and these must be the same everywhere: before anything of them is kept.
  void RequireSameMasks(std::vector<uint64_t> hashes, int64_t steps_done);

  // A rank was asked to stop when the last step ended: all ranks know it then.
  [[nodiscard]] bool stop_agreed() const { return stop_agreed_; }
  // Of this rank in the last step: all that it gave to collectives, but for RequireSameMasks().
  [[nodiscard]] uint64_t bytes_per_step() const { return bytes_per_step_; }

 private:
  // The loss, and whether to stop; under way while the gradients are.
  void StartOnHost(double loss);
  double FinishOnHost();
  // Sends them once those that were sent before are known to be the same.
  void StartComparing(std::vector<uint64_t> hashes, int64_t steps_done);
  void FinishComparing();

  ProcessGroup& group_;
  std::function<bool()> stop_requested_;
  GradientBuckets buckets_;
  WordAgreement masks_;
  std::vector<std::string> names_;  // of the matrices
  int64_t masks_step_ = 0;          // after which step the masks were chosen that were sent last
  at::Tensor host_sums_;            // fp64: the loss, how many were asked to stop
  std::unique_ptr<Transfer> host_transfer_;
  bool stop_agreed_ = false;
  uint64_t bytes_before_ = 0;
  uint64_t bytes_per_step_ = 0;
};

}  // namespace sparsweep::core
