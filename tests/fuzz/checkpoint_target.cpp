#include <string>
#include <string_view>
#include <vector>

#include "ATen/ops/zeros.h"
#include "contract/mask_file.h"
#include "contract/safetensors_header.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/train/checkpoint.h"
#include "tests/fuzz/bytes_file.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace sparsweep;

constexpr char kIdentity[] = R"({"model":{"layers":2},"seed":1})";

void Open(std::string_view bytes) {
  const std::string path = fuzz::WriteFile("checkpoint-7.safetensors", bytes);
  const std::vector<core::NamedTensor> tensors{{"weight", at::zeros({2, 3}, at::kFloat)},
                                               {"step", at::zeros({1}, at::kLong)}};
  try {
    (void)core::Checkpoint::Open(path, kIdentity).Load(tensors);
  } catch (const core::UserError&) {
  }
}

// The same file with a header and a checksum that fit, so that what lies behind is reached.
std::string Resealed(std::string_view bytes) {
  auto header = contract::ParseSafetensorsHeader(bytes, bytes.size());
  if (!header.ok()) return "";
  const std::string data(bytes.substr(header->data_start));
  header->metadata.erase("seal");
  const std::string unsealed =
      contract::SerializeSafetensorsHeader(header->tensors, header->metadata) + data;
  header->metadata["seal"] = contract::ContentHash(unsealed);
  return contract::SerializeSafetensorsHeader(header->tensors, header->metadata) + data;
}

}  // namespace

// What LibTorch registers when it is loaded is never freed.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libtorch_cpu.so\nleak:libc10.so\n";
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Open(bytes);
  if (const std::string resealed = Resealed(bytes); !resealed.empty()) Open(resealed);
  return 0;
}
