// The passes of a GPU, whose kernels run on the host.
#pragma once

namespace sparsweep::core::testing {

// While true, optimizers that are made take the CPU for a device that has passes of its own.
extern bool emulates_device;

}  // namespace sparsweep::core::testing
