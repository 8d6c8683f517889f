#include <cstdlib>
#include <string_view>

#include "contract/mask_file.h"
#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep::contract;
  const auto masks = ParseMaskFile({reinterpret_cast<const char*>(data), size});
  if (!masks.ok()) return 0;
  const auto again = ParseMaskFile(SerializeMaskFile(*masks));
  if (!again.ok() || *again != *masks) std::abort();
  return 0;
}
