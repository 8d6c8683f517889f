// Where a command writes and what that place can show.
#pragma once

#include <ostream>

namespace sparsweep::cli {

// Plain values; the streams are borrowed and outlive every command. Main thread.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool color = false;  // escape sequences are welcome: a terminal, and no NO_COLOR
};

// stdout and stderr of this process. NO_COLOR (any value but the empty one) and TERM=dumb turn
// colours off.
[[nodiscard]] Console ProcessConsole();

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};

// Of the terminal behind `descriptor`; 80 × 24 where there is none.
[[nodiscard]] TerminalSize SizeOfTerminal(int descriptor);

}  // namespace sparsweep::cli
