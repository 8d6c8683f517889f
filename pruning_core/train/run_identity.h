// Which run a checkpoint belongs to.
#pragma once

#include <string>
#include <string_view>

#include "contract/trial_spec.h"

namespace sparsweep::core {

// The spec's JSON without what does not touch the run's bits: names, paths (input_hash and
// `teacher`, a hash of the teacher's content or empty, stand for what is read), attempt, how often
// it is saved, how many ranks share the batches (that changes the order of sums, not what is
// summed), and, where that decides nothing, how often it is evaluated. Two specs with equal
// identity walk through the same states; `spec.input_hash` must be filled in.
[[nodiscard]] std::string RunIdentity(const contract::TrialSpec& spec,
                                      const std::string& teacher = "");

// Where two identities differ, for a message: "pruning.method is \"movement\" there and
// \"magnitude\" here". Empty when they are equal.
[[nodiscard]] std::string IdentityDifference(std::string_view there, std::string_view here);

}  // namespace sparsweep::core
