// A layer under SQLite whose k-th write or sync fails. Registered once a process as the default.
#pragma once

#include <atomic>

namespace sparsweep::test {

struct FailingVfs {
  static void Install();

  // The k-th write, sync or truncation of a file from now on (1 = the next) and all after it return
  // `code` (SQLITE_IOERR_FSYNC, SQLITE_FULL, …).
  static void FailFrom(int k, int code);
  static void Heal();
  // Writes and syncs since Install.
  [[nodiscard]] static int operations();
};

}  // namespace sparsweep::test
