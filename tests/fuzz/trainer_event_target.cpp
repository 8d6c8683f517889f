#include <cstdlib>
#include <string_view>

#include "contract/trainer_error.h"
#include "contract/trainer_event.h"
#include "tests/fuzz/fuzz_target.h"

// A line of events.jsonl, and the same bytes as error.json.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep::contract;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto error = ParseTrainerError(bytes); error.ok()) {
    const auto again = ParseTrainerError(ToJson(*error));
    if (!again.ok() || ToJson(*again) != ToJson(*error)) std::abort();
  }
  const auto event = ParseTrainerEvent(bytes);
  if (!event.ok()) return 0;
  const auto again = ParseTrainerEvent(ToJson(*event));
  if (!again.ok() || ToJson(*again) != ToJson(*event)) std::abort();
  return 0;
}
