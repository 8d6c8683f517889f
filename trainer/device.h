// The device that a command is to run on.
#pragma once

#include <string>

namespace sparsweep::trainer {

// Throws core::UserError NO_DEVICE where `device` (cpu, cuda, cuda:N; anything else passes) names a
// GPU that is not there. `field` is what the user named it by.
void RequireDevice(const std::string& device, const std::string& field);

}  // namespace sparsweep::trainer
