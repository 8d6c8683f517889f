#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>

#include "base/file.h"
#include "contract/mask_file.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/user_error.h"
#include "trainer/commands.h"
#include "trainer/error_file.h"
#include "trainer/failure.h"

namespace sparsweep::trainer {
namespace {

constexpr uint64_t kMaxMaskFile = uint64_t{4} << 30;

bool IsMaskFile(const contract::SafetensorsHeader& header) {
  return !header.tensors.empty() &&
         header.metadata.contains(header.tensors.front().name + ".density");
}

void PrintMasks(const std::string& path) {
  const auto bytes = base::ReadFile(path, kMaxMaskFile);
  const auto masks = bytes.ok() ? contract::ParseMaskFile(*bytes) : bytes.status();
  if (!masks.ok()) {
    throw core::UserError("BAD_SAFETENSORS", path, "",
                          path + ": " + std::string(masks.status().message()));
  }
  int64_t ones = 0;
  int64_t numel = 0;
  for (const contract::MaskMatrix& mask : *masks) {
    fmt::print("{:<50} [{}, {}] {:>10} kept {:.4f}\n", mask.name, mask.rows, mask.columns,
               mask.Ones(), static_cast<double>(mask.Ones()) / static_cast<double>(mask.numel()));
    ones += mask.Ones();
    numel += mask.numel();
  }
  fmt::print("{} matrices, {} of {} weights kept: density {:.6f}\n", masks->size(), ones, numel,
             static_cast<double>(ones) / static_cast<double>(numel));
}

void PrintTensors(const contract::SafetensorsHeader& header) {
  for (const auto& [key, value] : header.metadata) fmt::print("{} = {}\n", key, value);
  uint64_t bytes = 0;
  for (const contract::TensorEntry& entry : header.tensors) {
    fmt::print("{:<60} {:<5} [{}]\n", entry.name, entry.dtype, fmt::join(entry.shape, ", "));
    bytes += entry.end - entry.begin;
  }
  fmt::print("{} tensors, {} bytes\n", header.tensors.size(), bytes);
}

}  // namespace

int Inspect(const std::string& path) {
  try {
    const core::SafetensorsReader file(path);
    if (IsMaskFile(file.header())) {
      PrintMasks(path);
    } else {
      PrintTensors(file.header());
    }
    return 0;
  } catch (...) {
    return ReportFailure("", CurrentFailure(-1));
  }
}

}  // namespace sparsweep::trainer
