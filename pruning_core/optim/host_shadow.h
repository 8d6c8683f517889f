// Copies on the CPU of parameters that live on a device.
#pragma once

#include "pruning_core/models/parameter.h"

namespace sparsweep::core {

// For what is computed on the CPU only. Borrows the storage of the device's parameters; the copies
// are its own. Every call waits for the device. One thread.
class HostShadow {
 public:
  // Copies all values.
  explicit HostShadow(const ParameterList& on_device);

  // The copies: same names, order and roles.
  [[nodiscard]] const ParameterList& parameters() const { return on_host_; }

  // The device's gradients become those of the copies.
  void FetchGradients() const;
  // Values and, at first, which of them are trained go to the device; so does that a gradient is
  // used up.
  void Publish() const;

 private:
  ParameterList on_device_;
  ParameterList on_host_;
};

}  // namespace sparsweep::core
