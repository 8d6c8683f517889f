// How a trainer is told to end.
#pragma once

namespace sparsweep::trainer {

// SIGTERM and SIGINT ask for a stop from here on: the run finishes its step, writes a checkpoint
// and exits with 8. SIGPIPE is ignored.
void CatchStopSignals();
[[nodiscard]] bool StopRequested();

// A thread that ends the process at once when stdin does: the worker that held the other end is
// gone, and nobody may write in its attempt's folder any more.
void ExitOnStdinEof();

}  // namespace sparsweep::trainer
