// What each target defines: one input of unknown origin, in memory.
#pragma once

#include <cstddef>
#include <cstdint>

// Returns 0. A refusal the parser is meant to give (a status, a UserError) is no finding; anything
// else that leaves it is, as is a round trip that does not come back the same (std::abort).
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
