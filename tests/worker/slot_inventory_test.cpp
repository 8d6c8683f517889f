#include "worker/slot_inventory.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "worker/nvml.h"

namespace sparsweep::worker {
namespace {

std::vector<std::string> Names(const std::vector<WorkerSlot>& slots) {
  std::vector<std::string> names;
  for (const WorkerSlot& slot : slots) names.push_back(slot.name);
  return names;
}

using Expected = std::vector<std::string>;

TEST(SlotInventory, OneSlotACoreWithoutGpusAndWithoutNumber) {
  EXPECT_EQ(Names(ListSlots({}, std::nullopt, 2)), (Expected{"cpu:0", "cpu:1"}));
}

TEST(SlotInventory, OnlyGpusWhereThereAreSome) {
  const std::vector<Gpu> gpus{{.index = 0, .model = "NVIDIA A", .memory_bytes = 7}, {.index = 3}};
  const std::vector<WorkerSlot> slots = ListSlots(gpus, std::nullopt, 8);
  EXPECT_EQ(Names(slots), (Expected{"cuda:0", "cuda:3"}));
  EXPECT_EQ(slots[0].device, "cuda");
  EXPECT_EQ(slots[0].model, "NVIDIA A");
  EXPECT_EQ(slots[0].memory_bytes, 7U);
}

TEST(SlotInventory, TheNumberCountsBesideGpusToo) {
  EXPECT_EQ(Names(ListSlots({{.index = 0}}, 1, 8)), (Expected{"cuda:0", "cpu:0"}));
  EXPECT_TRUE(ListSlots({}, 0, 8).empty());
}

TEST(SlotInventory, DeviceOfSlot) {
  EXPECT_EQ(DeviceOfSlot("cpu:5"), "cpu");
  EXPECT_EQ(DeviceOfSlot("cuda:1"), "cuda:1");
}

TEST(Nvml, ListsTheDevicesThatAnswer) {
  unsetenv("FAKE_NVML");
  const std::vector<Gpu> gpus = FindGpus(FAKE_NVML_LIBRARY);
  ASSERT_EQ(gpus.size(), 2U);
  EXPECT_EQ(gpus[0].index, 0U);
  EXPECT_EQ(gpus[0].model, "NVIDIA A");
  EXPECT_EQ(gpus[0].memory_bytes, 1000U);
  EXPECT_EQ(gpus[1].index, 2U);
  EXPECT_EQ(gpus[1].model, "NVIDIA B");
}

TEST(Nvml, NoGpusWhereTheDriverDoesNotStart) {
  setenv("FAKE_NVML", "broken", 1);
  EXPECT_TRUE(FindGpus(FAKE_NVML_LIBRARY).empty());
  unsetenv("FAKE_NVML");
}

TEST(Nvml, NoGpusWhereThereIsNoLibrary) { EXPECT_TRUE(FindGpus("libno-such-nvml.so.1").empty()); }

}  // namespace
}  // namespace sparsweep::worker
