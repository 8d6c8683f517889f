// A device that failed. The process that sees it is not to go on.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace sparsweep::core {

class DeviceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// It has no memory left: for `bytes` more, or for what `wanted` names.
class DeviceOutOfMemory : public DeviceError {
 public:
  explicit DeviceOutOfMemory(size_t bytes)
      : DeviceError(std::to_string(bytes) + " bytes of the device's memory") {}
  explicit DeviceOutOfMemory(const std::string& wanted) : DeviceError(wanted) {}
};

}  // namespace sparsweep::core
