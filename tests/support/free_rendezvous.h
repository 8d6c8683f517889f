// Where the ranks of a test can meet.
#pragma once

#include <string>

namespace sparsweep::test {

// "127.0.0.1:PORT" with a port that was free a moment ago.
[[nodiscard]] std::string FreeRendezvous();

}  // namespace sparsweep::test
