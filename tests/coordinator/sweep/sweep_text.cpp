#include "tests/coordinator/sweep/sweep_text.h"

#include <stdlib.h>

namespace sparsweep::test {

std::string SweepYamlWith(std::string_view from, std::string_view to) {
  std::string text = kSweepYaml;
  const size_t at = text.find(from);
  if (at == std::string::npos) abort();
  return text.replace(at, from.size(), to);
}

}  // namespace sparsweep::test
