#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "contract/safetensors_header.h"
#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sparsweep::contract;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto start = SafetensorsDataStart(bytes, size);
  const auto header = ParseSafetensorsHeader(bytes, size);
  if (!header.ok()) return 0;
  if (!start.ok() || *start != header->data_start) std::abort();
  uint64_t end = 0;
  for (const TensorEntry& entry : header->tensors) {
    if (entry.begin > entry.end || entry.begin != end) std::abort();
    end = entry.end;
    if (header->Find(entry.name) == nullptr) std::abort();
  }
  if (header->data_start + end != size) std::abort();
  // What was read is written so that it reads back the same.
  std::string again = SerializeSafetensorsHeader(header->tensors, header->metadata);
  again.resize(again.size() + end);
  const auto second = ParseSafetensorsHeader(again, again.size());
  if (!second.ok() || second->tensors.size() != header->tensors.size() ||
      second->metadata != header->metadata) {
    std::abort();
  }
  return 0;
}
