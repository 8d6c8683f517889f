// What a step found, copied to the host while the device goes on.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <span>

#include "pruning_core/kernels/cuda/cuda_error.h"
#include "pruning_core/kernels/cuda/update_types.h"

namespace sparsweep::core {

// Page-locked memory and an event. Start() queues the copies, Wait() waits for the last of them and
// for nothing behind it. Not movable; one thread. Throws CudaError.
class PinnedReport {
 public:
  explicit PinnedReport(size_t matrices) : matrices_(matrices) {
    RequireCuda(cudaHostAlloc(reinterpret_cast<void**>(&control_), sizeof(StepControl), 0),
                "cudaHostAlloc");
    RequireCuda(
        cudaHostAlloc(reinterpret_cast<void**>(&counts_), (matrices + 1) * sizeof(uint32_t), 0),
        "cudaHostAlloc");
    RequireCuda(cudaHostAlloc(reinterpret_cast<void**>(&hashes_), matrices * sizeof(*hashes_), 0),
                "cudaHostAlloc");
    RequireCuda(cudaEventCreateWithFlags(&done_, cudaEventDisableTiming), "cudaEventCreate");
  }
  PinnedReport(const PinnedReport&) = delete;
  PinnedReport& operator=(const PinnedReport&) = delete;
  ~PinnedReport() {
    cudaEventSynchronize(done_);  // a copy may be under way
    cudaEventDestroy(done_);
    cudaFreeHost(hashes_);
    cudaFreeHost(counts_);
    cudaFreeHost(control_);
  }

  // Device memory: of the step, of each matrix (both), and the matrix that was not finite.
  void Start(const StepControl* control, const uint32_t* ones, const unsigned long long* hashes,
             const int32_t* not_finite, cudaStream_t stream) {
    Copy(control_, control, sizeof(StepControl), stream);
    Copy(counts_, not_finite, sizeof(int32_t), stream);
    Copy(counts_ + 1, ones, matrices_ * sizeof(uint32_t), stream);
    Copy(hashes_, hashes, matrices_ * sizeof(*hashes_), stream);
    RequireCuda(cudaEventRecord(done_, stream), "cudaEventRecord");
  }
  void Wait() const { RequireCuda(cudaEventSynchronize(done_), "a step on the device"); }

  [[nodiscard]] const StepControl& control() const { return *control_; }
  [[nodiscard]] int32_t not_finite() const { return static_cast<int32_t>(counts_[0]); }
  [[nodiscard]] std::span<const uint32_t> ones() const { return {counts_ + 1, matrices_}; }
  [[nodiscard]] std::span<const unsigned long long> hashes() const { return {hashes_, matrices_}; }

 private:
  static void Copy(void* to, const void* from, size_t size, cudaStream_t stream) {
    RequireCuda(cudaMemcpyAsync(to, from, size, cudaMemcpyDeviceToHost, stream),
                "cudaMemcpy to the host");
  }

  size_t matrices_;
  StepControl* control_ = nullptr;
  uint32_t* counts_ = nullptr;  // the matrix that was not finite, then ones
  unsigned long long* hashes_ = nullptr;
  cudaEvent_t done_ = nullptr;
};

}  // namespace sparsweep::core
