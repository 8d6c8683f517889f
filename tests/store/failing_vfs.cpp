#include "tests/store/failing_vfs.h"

#include <sqlite3.h>

#include <limits>

namespace sparsweep::test {
namespace {

constexpr int kNever = std::numeric_limits<int>::max();
std::atomic<int> operations_done{0};
std::atomic<int> fail_from{kNever};
std::atomic<int> fail_code{SQLITE_OK};

// Our part of a file comes first, the real one behind it.
struct File {
  sqlite3_file base;
  [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* Real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

// Counts an operation; true when it must fail.
bool Fails() { return ++operations_done >= fail_from; }

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  if (Fails()) return fail_code;
  return Real(file)->pMethods->xWrite(Real(file), bytes, size, offset);
}
int Sync(sqlite3_file* file, int flags) {
  if (Fails()) return fail_code;
  return Real(file)->pMethods->xSync(Real(file), flags);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (Fails()) return fail_code;
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

template <auto member, typename... Arguments>
auto Forward(sqlite3_file* file, Arguments... arguments) {
  return (Real(file)->pMethods->*member)(Real(file), arguments...);
}

const sqlite3_io_methods* Methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods m{};
    m.iVersion = 2;  // no memory-mapped pages: every write passes here
    m.xClose = Forward<&sqlite3_io_methods::xClose>;
    m.xRead = Forward<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>;
    m.xWrite = Write;
    m.xTruncate = Truncate;
    m.xSync = Sync;
    m.xFileSize = Forward<&sqlite3_io_methods::xFileSize, sqlite3_int64*>;
    m.xLock = Forward<&sqlite3_io_methods::xLock, int>;
    m.xUnlock = Forward<&sqlite3_io_methods::xUnlock, int>;
    m.xCheckReservedLock = Forward<&sqlite3_io_methods::xCheckReservedLock, int*>;
    m.xFileControl = Forward<&sqlite3_io_methods::xFileControl, int, void*>;
    m.xSectorSize = Forward<&sqlite3_io_methods::xSectorSize>;
    m.xDeviceCharacteristics = Forward<&sqlite3_io_methods::xDeviceCharacteristics>;
    m.xShmMap = Forward<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>;
    m.xShmLock = Forward<&sqlite3_io_methods::xShmLock, int, int, int>;
    m.xShmBarrier = Forward<&sqlite3_io_methods::xShmBarrier>;
    m.xShmUnmap = Forward<&sqlite3_io_methods::xShmUnmap, int>;
    return m;
  }();
  return &methods;
}

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* real_vfs = static_cast<sqlite3_vfs*>(vfs->pAppData);
  file->pMethods = nullptr;
  const int result = real_vfs->xOpen(real_vfs, name, Real(file), flags, out_flags);
  if (result == SQLITE_OK) file->pMethods = Methods();
  return result;
}

}  // namespace

void FailingVfs::Install() {
  static sqlite3_vfs layer;
  if (layer.zName != nullptr) return;
  sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
  layer = *real;
  layer.zName = "failing";
  layer.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  layer.pAppData = real;
  layer.pNext = nullptr;
  layer.xOpen = Open;
  sqlite3_vfs_register(&layer, 1);
}

void FailingVfs::FailFrom(int k, int code) {
  fail_code = code;
  fail_from = operations_done + k;
}

void FailingVfs::Heal() { fail_from = kNever; }

int FailingVfs::operations() { return operations_done; }

}  // namespace sparsweep::test
