#include <cstdlib>
#include <string_view>

#include "contract/trial_spec.h"
#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep::contract;
  const auto spec = ParseTrialSpec({reinterpret_cast<const char*>(data), size});
  if (!spec.ok()) return 0;
  const auto again = ParseTrialSpec(ToJson(*spec));
  if (!again.ok() || ToJson(*again) != ToJson(*spec)) std::abort();
  return 0;
}
