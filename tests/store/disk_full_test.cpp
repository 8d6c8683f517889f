// A limit on the size of files stands in for a full disk: the kernel refuses the write.
#include <signal.h>
#include <sys/resource.h>

#include <random>

#include <gtest/gtest.h>

#include "store/mask_store.h"
#include "tests/store/sample_rows.h"

namespace sparsweep::test {
namespace {

using namespace store;

// While it lives no file of this process grows beyond `bytes`.
class FileLimit {
 public:
  explicit FileLimit(uint64_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
};

WriteBatch LargeSweep(int64_t id) {
  Sweep sweep = SampleSweep(id);
  sweep.yaml = std::string(200'000, 'y');
  return {{InsertSweep{sweep}, AppendEvent{SampleEvent("sweep.created", id)}}};
}

TEST(DiskFull, WritesAreRefusedAndGoOnWhenSpaceReturns) {
  const TemporaryFolder folder;
  TestExecutor loop;
  auto store = OpenStore(folder, loop);
  ASSERT_TRUE(store.ok()) << store.status();
  int64_t stored = 0;
  for (int round = 0; round < 3; ++round) {
    {
      const FileLimit limit((*store)->Statistics().wal_bytes + 500'000);
      absl::Status status;
      while ((status = CommitNow(loop, **store, LargeSweep(stored + 1))).ok()) ++stored;
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
      // Still full: readable, and refused again.
      EXPECT_EQ((*store)->Load().value().sweeps.size(), static_cast<size_t>(stored));
      EXPECT_EQ(CommitNow(loop, **store, LargeSweep(stored + 1)).code(),
                absl::StatusCode::kResourceExhausted);
    }
    ASSERT_EQ((*store)->Load().value().last_event_sequence, static_cast<uint64_t>(stored));
    ASSERT_TRUE(CommitNow(loop, **store, LargeSweep(stored + 1)).ok());
    ++stored;
  }
  store->reset();
  store = OpenStore(folder, loop);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->Load().value().sweeps.size(), static_cast<size_t>(stored));
}

TEST(DiskFull, AMaskIsStoredWhollyOrNotAtAll) {
  const TemporaryFolder folder;
  auto masks = OpenMaskStore(folder.File("masks.db"));
  ASSERT_TRUE(masks.ok()) << masks.status();
  std::vector<contract::MaskMatrix> file;
  std::mt19937 random(3);
  for (int m = 0; m < 8; ++m) {
    contract::MaskMatrix matrix{absl::StrCat("m", m), 1000, 800, std::vector<uint8_t>(100'000)};
    for (uint8_t& byte : matrix.bits) byte = static_cast<uint8_t>(random());
    file.push_back(std::move(matrix));
  }
  {
    const FileLimit limit(300'000);
    const absl::Status status = (*masks)->Put(1, 1, "f", file);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_FALSE((*masks)->Contains("f").value());
  }
  ASSERT_TRUE((*masks)->Put(1, 1, "f", file).ok());
  EXPECT_EQ((*masks)->Get(1, 1, "m7").value(), file[7]);
}

}  // namespace
}  // namespace sparsweep::test
