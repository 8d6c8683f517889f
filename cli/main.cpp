#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/dispatch.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return sparsweep::cli::Dispatch(arguments, sparsweep::cli::ProcessConsole());
}
