// A fixed number of plain values in device memory.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "pruning_core/kernels/cuda/cuda_error.h"

namespace sparsweep::core {

// Of the device that is current when it is made. Owned by one; moved, never copied. Throws
// CudaError, DeviceOutOfMemory.
template <typename T>
class DeviceArray {
 public:
  DeviceArray() = default;
  // Zero bytes.
  explicit DeviceArray(size_t size) : size_(size) {
    if (size == 0) return;
    const cudaError_t error = cudaMalloc(reinterpret_cast<void**>(&data_), size * sizeof(T));
    if (error == cudaErrorMemoryAllocation) throw DeviceOutOfMemory(size * sizeof(T));
    RequireCuda(error, "cudaMalloc");
    RequireCuda(cudaMemset(data_, 0, size * sizeof(T)), "cudaMemset");
  }
  explicit DeviceArray(std::span<const T> values) : DeviceArray(values.size()) {
    Write(values, nullptr);
  }
  DeviceArray(DeviceArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  DeviceArray& operator=(DeviceArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~DeviceArray() { cudaFree(data_); }

  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] size_t size() const { return size_; }

  // `values` may go away when this returns.
  void Write(std::span<const T> values, cudaStream_t stream) {
    RequireCuda(
        cudaMemcpyAsync(data_, values.data(), values.size_bytes(), cudaMemcpyHostToDevice, stream),
        "cudaMemcpy to the device");
  }
  // Waits for the stream.
  [[nodiscard]] std::vector<T> Read(cudaStream_t stream) const {
    std::vector<T> values(size_);
    RequireCuda(
        cudaMemcpyAsync(values.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost, stream),
        "cudaMemcpy to the host");
    RequireCuda(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    return values;
  }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace sparsweep::core
