#include "trainer/device.h"

#include <fmt/format.h>

#include <charconv>

#include "pruning_core/kernels/cuda_devices.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::trainer {

void RequireDevice(const std::string& device, const std::string& field) {
  if (!device.starts_with("cuda")) return;
  int number = 0;
  if (device.starts_with("cuda:")) {
    std::from_chars(device.data() + 5, device.data() + device.size(), number);
  }
  const core::CudaDevices devices = core::FindCudaDevices();
  if (number < devices.count) return;
  const std::string problem =
      devices.count == 0 ? devices.problem : fmt::format("there are {} GPUs", devices.count);
  throw core::UserError("NO_DEVICE", field, device,
                        fmt::format("{}: '{}', but {}; give cpu", field, device, problem));
}

}  // namespace sparsweep::trainer
