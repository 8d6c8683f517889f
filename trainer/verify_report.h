// What `verify` prints about one case.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "pruning_core/verify/replay.h"

namespace sparsweep::trainer {

// A table, a line a quantity: the place with the largest error against its tolerance.
[[nodiscard]] std::string ReportText(const std::string& directory,
                                     const core::ReplayReport& report);

// {"case":…,"within":…,"quantities":[{"quantity":…,"within":…,"compared":…,"largest_error":…,
// "tolerance":…,"beyond":…,"ours":…,"stored":…,"where":{"forward":…,"step":…,"tensor":…,
// "element":…}}],"left_out":[…],"not_compared":[…],"stopped":…}; a number that is not finite is
// null.
[[nodiscard]] nlohmann::ordered_json ReportJson(const std::string& directory,
                                                const core::ReplayReport& report);

}  // namespace sparsweep::trainer
