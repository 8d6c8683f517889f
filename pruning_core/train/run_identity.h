// Which run a checkpoint belongs to.
#pragma once

#include <string>
#include <string_view>

#include "contract/trial_spec.h"

namespace sparsweep::core {

// The spec's JSON without what does not touch the run's bits: names, paths (input_hash stands for
// what is read), attempt, how often it is evaluated and saved. Two specs with equal identity walk
// through the same states; `spec.input_hash` must be filled in.
[[nodiscard]] std::string RunIdentity(const contract::TrialSpec& spec);

// Where two identities differ, for a message: "pruning.method is \"movement\" there and
// \"magnitude\" here". Empty when they are equal.
[[nodiscard]] std::string IdentityDifference(std::string_view there, std::string_view here);

}  // namespace sparsweep::core
