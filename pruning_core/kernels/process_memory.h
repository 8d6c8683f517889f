// How this process treats memory that it has freed.
#pragma once

namespace sparsweep::core {

// Keeps it for the next tensors instead of giving it back to the system, which hands it out again
// page by page, with zeros in it. A step frees and takes hundreds of megabytes. For the whole
// process, at its start; where the C library is not glibc nothing changes.
void KeepFreedMemory();

}  // namespace sparsweep::core
