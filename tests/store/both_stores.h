// A fixture that runs a test on the store on disk and on the fake in memory: what coordinator's
// tests rely on holds for both.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "store/store.h"
#include "tests/store/sample_rows.h"
#include "tests/support/memory_store.h"

namespace sparsweep::test {

enum class StoreKind { kSqlite, kMemory };

class BothStores : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    if (GetParam() == StoreKind::kMemory) {
      store_ = std::make_unique<MemoryStore>(loop_);
      return;
    }
    auto opened = OpenStore(folder_, loop_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  [[nodiscard]] absl::Status Commit(store::WriteBatch batch) {
    return CommitNow(loop_, *store_, std::move(batch));
  }
  // On disk: as a new process finds it.
  [[nodiscard]] store::LoadedState Reload() {
    if (GetParam() == StoreKind::kSqlite) {
      store_.reset();
      Open();
    }
    auto state = store_->Load();
    EXPECT_TRUE(state.ok()) << state.status();
    return state.ok() ? *state : store::LoadedState();
  }

  TemporaryFolder folder_;
  TestExecutor loop_;
  std::unique_ptr<store::Store> store_;
};

inline std::string StoreKindName(const testing::TestParamInfo<StoreKind>& info) {
  return info.param == StoreKind::kSqlite ? "Sqlite" : "Memory";
}

#define SPARSWEEP_ON_BOTH_STORES(fixture)                                                      \
  INSTANTIATE_TEST_SUITE_P(, fixture, testing::Values(StoreKind::kSqlite, StoreKind::kMemory), \
                           StoreKindName)

}  // namespace sparsweep::test
