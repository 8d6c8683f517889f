#include "trainer/failure.h"

#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include "c10/util/Exception.h"
#include "fmt/format.h"
#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/kernels/device_error.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::trainer {
namespace {

using contract::FailureClass;
using contract::TrainerError;

// `wanted`: what was asked for when it ran out, or empty.
TrainerError OutOfMemory(int64_t step, std::string_view wanted = {}) {
  return {.failure_class = FailureClass::kOutOfMemory,
          .reason = "OUT_OF_MEMORY",
          .field = "",
          .value = "",
          .message = "out of memory" +
                     (wanted.empty() ? std::string() : " for " + std::string(wanted)) +
                     "; lower training.batch or task.max_length, or run fewer trials at once",
          .step = step,
          .matrix = ""};
}

TrainerError Internal(std::string_view what, int64_t step) {
  return {.failure_class = FailureClass::kInternal,
          .reason = "INTERNAL",
          .field = "",
          .value = "",
          .message = "internal error: " + std::string(what),
          .step = step,
          .matrix = ""};
}

TrainerError DeviceFault(std::string_view what, int64_t step) {
  return {.failure_class = FailureClass::kDevice,
          .reason = "DEVICE",
          .field = "",
          .value = "",
          .message = "the device failed: " + std::string(what.substr(0, what.find('\n'))) +
                     "; if it fails again, take its host out of service",
          .step = step,
          .matrix = ""};
}

// "20.00 MiB" of "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has …"; empty without it.
std::string_view Wanted(std::string_view what) {
  constexpr std::string_view kBefore = "Tried to allocate ";
  const size_t begin = what.find(kBefore);
  if (begin == std::string_view::npos) return {};
  what.remove_prefix(begin + kBefore.size());
  return what.substr(0, what.find(". "));
}

constexpr int kCudaMemoryAllocation = 2;  // cudaErrorMemoryAllocation

// LibTorch reports these as plain errors: what it says of its CPU's allocator, of cuBLAS and cuDNN.
TrainerError PlainTorchError(const c10::Error& error, int64_t step) {
  const std::string_view what = error.what_without_backtrace();
  const auto says = [&](std::string_view words) { return what.find(words) != what.npos; };
  if (says("DefaultCPUAllocator: can't allocate") || says("CUBLAS_STATUS_ALLOC_FAILED")) {
    return OutOfMemory(step);
  }
  if (says("CUDA error: ") || says("cuDNN error: ")) return DeviceFault(what, step);
  return Internal(what, step);
}

}  // namespace

TrainerError CurrentFailure(int64_t step) {
  try {
    throw;
  } catch (const core::UserError& error) {
    return {.failure_class = FailureClass::kUser,
            .reason = error.reason(),
            .field = error.field(),
            .value = error.value(),
            .message = error.message(),
            .step = step,
            .matrix = ""};
  } catch (const core::NumericError& error) {
    return {.failure_class = FailureClass::kNumeric,
            .reason = "NOT_FINITE",
            .field = "",
            .value = "",
            .message = error.what(),
            .step = error.step(),
            .matrix = error.matrix()};
  } catch (const core::RankLost& error) {
    return {.failure_class = FailureClass::kLostCollective,
            .reason = error.reason(),
            .field = "",
            .value = "",
            .message = error.what(),
            .step = step,
            .matrix = ""};
  } catch (const core::RanksDiffer& error) {
    return {.failure_class = FailureClass::kDevice,
            .reason = "MASKS_DIFFER",
            .field = "",
            .value = "",
            .message = error.what(),
            .step = error.step(),
            .matrix = error.matrix()};
  } catch (const std::system_error& error) {
    return {.failure_class = FailureClass::kDisk,
            .reason = "DISK",
            .field = "",
            .value = error.code().message(),
            .message = std::string(error.what()) +
                       "; free space there or give another directory that can be written to",
            .step = step,
            .matrix = ""};
  } catch (const core::DeviceOutOfMemory& error) {
    return OutOfMemory(step, error.what());
  } catch (const core::DeviceError& error) {
    return DeviceFault(error.what(), step);
  } catch (const c10::OutOfMemoryError& error) {
    return OutOfMemory(step, Wanted(error.what()));
  } catch (const c10::AcceleratorError& error) {
    if (error.get_error_code() == kCudaMemoryAllocation) return OutOfMemory(step);
    return DeviceFault(error.what_without_backtrace(), step);
  } catch (const c10::Error& error) {
    return PlainTorchError(error, step);
  } catch (const std::bad_alloc&) {
    return OutOfMemory(step);
  } catch (const std::exception& error) {
    return Internal(error.what(), step);
  } catch (...) {
    return Internal("unknown exception", step);
  }
}

TrainerError WithBatch(TrainerError failure, const contract::TrainingSpec& training) {
  if (failure.failure_class != FailureClass::kOutOfMemory) return failure;
  failure.field = "training.batch";
  failure.value = std::to_string(training.batch);
  const std::string_view smaller = training.accumulation < training.batch
                                       ? "raise training.accumulation, which makes the parts "
                                         "smaller and keeps the batch, or lower training.batch"
                                       : "lower task.max_length";
  failure.message = fmt::format(
      "{} at training.batch {} in parts of {} (training.accumulation {}); {}, or run fewer trials "
      "at once",
      failure.message.substr(0, failure.message.find(';')), training.batch,
      training.batch / training.accumulation, training.accumulation, smaller);
  return failure;
}

}  // namespace sparsweep::trainer
