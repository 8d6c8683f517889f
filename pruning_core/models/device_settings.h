// How LibTorch computes on a GPU, for the whole process.
#pragma once

#include "ATen/core/Tensor.h"

namespace sparsweep::core {

// The same bits on every run: deterministic algorithms, sums of bf16 products in fp32, and
// attention without cuDNN, whose backward pass adds in any order and which plans anew for each
// length of a batch. Before the device's first product. Nothing on the CPU, which is so anyway.
void ComputeRepeatably(at::Device device);

}  // namespace sparsweep::core
