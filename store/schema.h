// The shape of the files on disk and how an older one becomes the newest.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"

namespace sparsweep::store {

// One kind of file. Version n is what the first n steps make of an empty one (PRAGMA user_version).
struct Schema {
  int32_t application_id;               // PRAGMA application_id: tells our files from others
  const char* contents;                 // "database", for messages
  std::vector<const char*> migrations;  // SQL scripts
};

// sparsweep.db: sweeps, trials, attempts, events, metrics, requests.
[[nodiscard]] const Schema& MainSchema();
// masks.db.
[[nodiscard]] const Schema& MaskSchema();

// Opens or creates the file for writing (WAL, synchronous=FULL, foreign keys) and brings it to the
// newest version in one transaction. FAILED_PRECONDITION: a newer Sparsweep wrote it, or another
// program did; it is left as it was.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Database>> OpenForWriting(const std::string& path,
                                                                       const Schema& schema);

// For readers in the same process, while the writer's connection is open.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Database>> OpenForReading(const std::string& path);

}  // namespace sparsweep::store
