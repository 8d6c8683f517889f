// What the ranks of one attempt say to each other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// One collective under way. The tensor must live until it is done.
class Transfer {
 public:
  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  virtual ~Transfer() = default;

  // Until the tensor holds the result. Throws RankLost when another rank went away or has not
  // answered within the group's time limit; the group is of no use then.
  virtual void Wait() = 0;
};

// All ranks start the same collectives on tensors of the same size in the same order. Results are
// the same bits on all ranks, and on every run with as many ranks. One thread; collectives that
// were started go on by themselves while it computes.
class ProcessGroup {
 public:
  ProcessGroup() = default;
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;
  virtual ~ProcessGroup() = default;

  [[nodiscard]] virtual int64_t rank() const = 0;
  [[nodiscard]] virtual int64_t size() const = 0;

  // Contiguous; sums of fp32 or fp64, maxima of int64, in place.
  [[nodiscard]] virtual std::unique_ptr<Transfer> StartSum(const at::Tensor& tensor) = 0;
  [[nodiscard]] virtual std::unique_ptr<Transfer> StartMax(const at::Tensor& tensor) = 0;
  // Contiguous, any type: what rank `root` has. Returns when it is here.
  virtual void Broadcast(const at::Tensor& tensor, int64_t root) = 0;
  // Returns once all ranks are here.
  virtual void Barrier() = 0;

  // Of the tensors this rank gave to collectives so far.
  [[nodiscard]] virtual uint64_t bytes() const = 0;
};

}  // namespace sparsweep::core
