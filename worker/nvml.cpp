#include "worker/nvml.h"

#include <dlfcn.h>

#include <array>
#include <memory>

#include "base/logging.h"

namespace sparsweep::worker {
namespace {

// The part of NVML's C interface that is used. Its ABI is stable; nvml.h is not needed to build.
using Device = struct NvmlDevice*;
struct Memory {
  unsigned long long total, free, used;
};
using Init = int (*)();
using Shutdown = int (*)();
using GetCount = int (*)(unsigned*);
using GetHandle = int (*)(unsigned, Device*);
using GetName = int (*)(Device, char*, unsigned);
using GetMemory = int (*)(Device, Memory*);

constexpr int kSuccess = 0;
constexpr unsigned kNameBytes = 96;

struct CloseLibrary {
  void operator()(void* library) const { dlclose(library); }
};

template <typename Function>
Function Symbol(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

void LogNoGpus(const std::string& library, const std::string& reason) {
  base::LogInfo("no GPUs", {{"library", library}, {"reason", reason}});
}

}  // namespace

std::vector<Gpu> FindGpus(const std::string& library) {
  std::unique_ptr<void, CloseLibrary> handle(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (handle == nullptr) {
    LogNoGpus(library, "not installed");
    return {};
  }
  const auto init = Symbol<Init>(handle.get(), "nvmlInit_v2");
  const auto shutdown = Symbol<Shutdown>(handle.get(), "nvmlShutdown");
  const auto count_of = Symbol<GetCount>(handle.get(), "nvmlDeviceGetCount_v2");
  const auto handle_of = Symbol<GetHandle>(handle.get(), "nvmlDeviceGetHandleByIndex_v2");
  const auto name_of = Symbol<GetName>(handle.get(), "nvmlDeviceGetName");
  const auto memory_of = Symbol<GetMemory>(handle.get(), "nvmlDeviceGetMemoryInfo");
  if (!init || !shutdown || !count_of || !handle_of || !name_of || !memory_of) {
    LogNoGpus(library, "a function is missing");
    return {};
  }
  if (const int error = init(); error != kSuccess) {
    LogNoGpus(library, "nvmlInit returned " + std::to_string(error));
    return {};
  }
  unsigned count = 0;
  if (count_of(&count) != kSuccess) count = 0;
  std::vector<Gpu> gpus;
  for (unsigned index = 0; index < count; ++index) {
    Device device = nullptr;
    if (handle_of(index, &device) != kSuccess) {
      base::LogWarning("GPU left out: the driver gives no handle",
                       {{"gpu", std::to_string(index)}});
      continue;
    }
    Gpu gpu{.index = index};
    std::array<char, kNameBytes> name{};
    if (name_of(device, name.data(), kNameBytes - 1) == kSuccess) gpu.model = name.data();
    Memory memory{};
    if (memory_of(device, &memory) == kSuccess) gpu.memory_bytes = memory.total;
    gpus.push_back(gpu);
  }
  shutdown();
  return gpus;
}

}  // namespace sparsweep::worker
