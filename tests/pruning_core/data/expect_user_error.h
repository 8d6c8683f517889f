// What a UserError says, for tests of bad input.
#pragma once

#include <functional>
#include <string>

namespace sparsweep::core {

// Expects `call` to throw a UserError with this reason and a message on one line that has `part` in
// it.
void ExpectUserError(const std::function<void()>& call, const std::string& reason,
                     const std::string& part);

}  // namespace sparsweep::core
