// Where the progress of a sweep is shown: a terminal that is redrawn, or lines in a log.
#pragma once

#include <memory>
#include <ostream>

#include "cli/console.h"
#include "cli/progress.h"

namespace sparsweep::cli {

// Owned by the command that follows a sweep. Main thread.
class ProgressView {
 public:
  virtual ~ProgressView() = default;
  virtual void Update(const Progress& progress) = 0;
  // Nothing more comes; what is on the screen stays, the cursor is back.
  virtual void Finish() = 0;
};

// Draws on `out` (borrowed), which is the terminal `descriptor`: its size is asked for with every
// update.
[[nodiscard]] std::unique_ptr<ProgressView> NewLiveView(std::ostream& out, int descriptor,
                                                        bool color);
// One line when a trial starts, at each evaluation or tenth of its steps, and when it ends.
[[nodiscard]] std::unique_ptr<ProgressView> NewLineView(std::ostream& out);

// The live view where `console` is a terminal, lines elsewhere; on stdout, or on stderr when stdout
// is for a result that a program reads (`to_out` is false).
[[nodiscard]] std::unique_ptr<ProgressView> NewProgressView(bool to_out, const Console& console);

}  // namespace sparsweep::cli
