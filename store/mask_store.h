// Masks in their own SQLite file: content-addressed, one row per matrix, bit-packed, zstd where it
// pays, checksummed. Large writes never hold up a lease. Owned by coordinator's main. Any thread;
// calls take turns and block.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "contract/mask_file.h"
#include "store/records.h"

namespace sparsweep::store {

class MaskStore {
 public:
  virtual ~MaskStore() = default;
  // Stores a verified mask file for an attempt in one transaction; storing the same again changes
  // nothing, another file for the same attempt is FAILED_PRECONDITION. RESOURCE_EXHAUSTED: the disk
  // is full; nothing is stored.
  [[nodiscard]] virtual absl::Status Put(int64_t trial_id, uint32_t attempt_number,
                                         const std::string& file_hash,
                                         const std::vector<contract::MaskMatrix>& matrices) = 0;
  [[nodiscard]] virtual absl::StatusOr<bool> Contains(const std::string& file_hash) = 0;
  // As Put, for a file that is stored already: attempts with equal masks share one, and a worker
  // that hears "complete" sends nothing. NOT_FOUND when it is not stored.
  [[nodiscard]] virtual absl::Status Attach(int64_t trial_id, uint32_t attempt_number,
                                            const std::string& file_hash) = 0;
  // NOT_FOUND when the attempt has none.
  [[nodiscard]] virtual absl::StatusOr<std::vector<MaskMatrixRow>> Matrices(
      int64_t trial_id, uint32_t attempt_number) = 0;
  // The packed bits; DATA_LOSS when the checksum does not fit.
  [[nodiscard]] virtual absl::StatusOr<contract::MaskMatrix> Get(int64_t trial_id,
                                                                 uint32_t attempt_number,
                                                                 const std::string& matrix) = 0;
  // Size of the file and its WAL. Never waits.
  [[nodiscard]] virtual uint64_t Bytes() const = 0;
};

// Opens or creates the file "masks.db" at `path`. The store's lock on the database beside it guards
// this one too. FAILED_PRECONDITION: a newer version wrote it; DATA_LOSS: it is damaged.
[[nodiscard]] absl::StatusOr<std::unique_ptr<MaskStore>> OpenMaskStore(const std::string& path);

}  // namespace sparsweep::store
