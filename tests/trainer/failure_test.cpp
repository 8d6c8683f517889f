#include "trainer/failure.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <stdexcept>
#include <system_error>

#include "pruning_core/kernels/device_error.h"
#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::trainer {
namespace {

using contract::FailureClass;

contract::TrainerError FailureOf(const std::function<void()>& failing) {
  try {
    failing();
  } catch (...) {
    return CurrentFailure(7);
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST(FailureTest, UserErrorKeepsFieldAndValue) {
  const auto failure =
      FailureOf([] { throw core::UserError("MODEL_NOT_FOUND", "model.path", "/x", "no such"); });
  EXPECT_EQ(failure.failure_class, FailureClass::kUser);
  EXPECT_EQ(failure.reason, "MODEL_NOT_FOUND");
  EXPECT_EQ(failure.field, "model.path");
  EXPECT_EQ(failure.value, "/x");
  EXPECT_EQ(failure.step, 7);
}

TEST(FailureTest, NumericErrorKeepsItsOwnStepAndMatrix) {
  const auto failure = FailureOf([] { throw core::NumericError(3, "encoder.w", "nan"); });
  EXPECT_EQ(failure.failure_class, FailureClass::kNumeric);
  EXPECT_EQ(failure.step, 3);
  EXPECT_EQ(failure.matrix, "encoder.w");
}

TEST(FailureTest, SystemErrorIsTheDisk) {
  const auto failure = FailureOf(
      [] { throw std::system_error(ENOSPC, std::generic_category(), "cannot write /x"); });
  EXPECT_EQ(failure.failure_class, FailureClass::kDisk);
  EXPECT_EQ(failure.message,
            "cannot write /x: No space left on device; free space there or give another directory "
            "that can be written to");
}

TEST(FailureTest, FailedAllocationsAreOutOfMemory) {
  EXPECT_EQ(FailureOf([] { throw std::bad_alloc(); }).failure_class, FailureClass::kOutOfMemory);
  EXPECT_EQ(FailureOf([] {
              TORCH_CHECK(false,
                          "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried");
            }).failure_class,
            FailureClass::kOutOfMemory);
}

TEST(FailureTest, PlainErrorsOfLibTorchAreSortedByTheirWords) {
  const auto class_of = [](const char* words) {
    return FailureOf([&] { TORCH_CHECK(false, words); }).failure_class;
  };
  EXPECT_EQ(class_of("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
            FailureClass::kOutOfMemory);
  EXPECT_EQ(class_of("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(…)`"),
            FailureClass::kDevice);
  EXPECT_EQ(class_of("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), FailureClass::kDevice);
  EXPECT_EQ(class_of("mat1 and mat2 shapes cannot be multiplied"), FailureClass::kInternal);
}

TEST(FailureTest, AGpuWithoutMemoryForItsContextIsOutOfMemory) {
  const auto class_of = [](int32_t code) {
    return FailureOf([&] {
             throw c10::AcceleratorError({"", "", 0}, code, "CUDA error");
           })
        .failure_class;
  };
  EXPECT_EQ(class_of(2), FailureClass::kOutOfMemory);  // cudaErrorMemoryAllocation
  EXPECT_EQ(class_of(719), FailureClass::kDevice);     // cudaErrorLaunchFailure
}

TEST(FailureTest, ADevicesMemoryIsNamedWithWhatWasAskedOfIt) {
  const auto of_torch = FailureOf([] {
    TORCH_CHECK_WITH(OutOfMemoryError, false,
                     "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total of 1 GiB");
  });
  EXPECT_EQ(of_torch.failure_class, FailureClass::kOutOfMemory);
  EXPECT_EQ(of_torch.message,
            "out of memory for 20.00 MiB; lower training.batch or task.max_length, or run fewer "
            "trials at once");
  EXPECT_EQ(FailureOf([] { throw core::DeviceOutOfMemory(4096); }).message,
            "out of memory for 4096 bytes of the device's memory; lower training.batch or "
            "task.max_length, or run fewer trials at once");
}

TEST(FailureTest, MemoryThatATrialHasNotNamesItsBatch) {
  contract::TrainingSpec training;
  training.batch = 32;
  training.accumulation = 2;
  const auto failing = [] { throw core::DeviceOutOfMemory(4096); };
  const auto failure = WithBatch(FailureOf(failing), training);
  EXPECT_EQ(failure.failure_class, FailureClass::kOutOfMemory);
  EXPECT_EQ(failure.field, "training.batch");
  EXPECT_EQ(failure.value, "32");
  EXPECT_EQ(failure.message,
            "out of memory for 4096 bytes of the device's memory at training.batch 32 in parts of "
            "16 (training.accumulation 2); raise training.accumulation, which makes the parts "
            "smaller and keeps the batch, or lower training.batch, or run fewer trials at once");
  training.accumulation = 32;
  EXPECT_EQ(WithBatch(FailureOf(failing), training).message,
            "out of memory for 4096 bytes of the device's memory at training.batch 32 in parts of "
            "1 (training.accumulation 32); lower task.max_length, or run fewer trials at once");
  EXPECT_EQ(WithBatch(FailureOf([] { throw core::DeviceError("gone"); }), training).field, "");
}

TEST(FailureTest, ADeviceThatFailedIsNotOurBug) {
  const auto failure = FailureOf([] { throw core::DeviceError("a step: unspecified failure"); });
  EXPECT_EQ(failure.failure_class, FailureClass::kDevice);
  EXPECT_EQ(failure.message,
            "the device failed: a step: unspecified failure; if it fails again, take its host out "
            "of service");
}

TEST(FailureTest, TheRestIsOurBug) {
  EXPECT_EQ(FailureOf([] { throw std::logic_error("x"); }).failure_class, FailureClass::kInternal);
  EXPECT_EQ(FailureOf([] { throw 1; }).failure_class, FailureClass::kInternal);
  EXPECT_EQ(FailureOf([] { TORCH_CHECK(false, "shapes"); }).failure_class, FailureClass::kInternal);
}

}  // namespace
}  // namespace sparsweep::trainer
