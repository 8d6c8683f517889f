#include "store/schema.h"

namespace sparsweep::store {
namespace {

constexpr char kVersion1[] = R"sql(
CREATE TABLE masks(
  sha256 TEXT PRIMARY KEY,           -- of the packed bits
  bytes INTEGER NOT NULL,            -- of the packed bits
  xxh3 TEXT NOT NULL,                -- of the packed bits: checked at every reading
  encoding TEXT NOT NULL CHECK(encoding IN ('raw', 'zstd')),
  content BLOB NOT NULL
) STRICT;

CREATE TABLE mask_files(
  id INTEGER PRIMARY KEY,
  file_hash TEXT NOT NULL UNIQUE     -- XXH3-64 of masks.safetensors as uploaded
) STRICT;

CREATE TABLE mask_file_matrices(
  file_id INTEGER NOT NULL REFERENCES mask_files(id),
  position INTEGER NOT NULL,         -- in the file, from 0
  name TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK(rows >= 0),
  columns INTEGER NOT NULL CHECK(columns >= 0),
  ones INTEGER NOT NULL CHECK(ones BETWEEN 0 AND rows * columns),
  sha256 TEXT NOT NULL REFERENCES masks(sha256),
  PRIMARY KEY(file_id, position),
  UNIQUE(file_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt_masks(
  trial_id INTEGER NOT NULL,
  attempt_number INTEGER NOT NULL,
  file_id INTEGER NOT NULL REFERENCES mask_files(id),
  PRIMARY KEY(trial_id, attempt_number)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

const Schema& MaskSchema() {
  static const auto* schema = new Schema{0x5350534d, "mask file", {kVersion1}};  // "SPSM"
  return *schema;
}

}  // namespace sparsweep::store
