#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace sparsweep::cli {
namespace {

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Console ProcessConsole() {
  Console console{std::cout, std::cerr, isatty(STDOUT_FILENO) == 1, isatty(STDERR_FILENO) == 1};
  const bool dumb = Variable("TERM") == "dumb";
  // A terminal that cannot move its cursor gets the plain lines.
  if (dumb) console.out_is_terminal = console.err_is_terminal = false;
  console.color = console.out_is_terminal && Variable("NO_COLOR").empty();
  return console;
}

TerminalSize SizeOfTerminal(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

}  // namespace sparsweep::cli
