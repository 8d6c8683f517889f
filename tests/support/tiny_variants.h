// One tiny trial for each way of training whose state a checkpoint must hold.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "contract/trial_spec.h"

namespace sparsweep::test {

struct TinyVariant {
  std::string name;
  // Writes what it reads into the folder. 40 steps.
  std::function<contract::TrialSpec(const std::string& folder)> make;

  friend void PrintTo(const TinyVariant& variant, std::ostream* out) { *out << variant.name; }
};

// Every method with λ or density and with a target density; distillation, dropout, accumulation,
// best weights, patience; the other tasks; reference numerics.
[[nodiscard]] const std::vector<TinyVariant>& TinyVariants();

}  // namespace sparsweep::test
