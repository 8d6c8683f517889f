// Mask files on their way in: pieces are gathered in a part file, so that an upload goes on where
// it broke off, and the whole is verified before it is stored (P10: visible only when complete).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "coordinator/state/lease_table.h"
#include "store/mask_store.h"

namespace sparsweep::coordinator::rpc {

inline constexpr uint64_t kMaxMaskBytes = 256 << 20;
inline constexpr uint64_t kMaxChunkBytes = 1 << 20;

struct UploadHeader {
  AttemptKey attempt;
  std::string file_hash;  // XXH3-64 of the whole file, 16 hex digits
  uint64_t total_bytes = 0;
};

class MaskUploads;

// One file that is arriving. Used by one thread at a time; every member waits for the disk. Ends
// with its destructor: what has arrived stays for the next try unless it was stored or is wrong.
class MaskUpload {
 public:
  ~MaskUpload();
  MaskUpload(const MaskUpload&) = delete;
  MaskUpload& operator=(const MaskUpload&) = delete;

  // ABORTED: a chunk that does not go on where the last one ended (UPLOAD_OFFSET), or was damaged
  // on its way (CHUNK_CORRUPT): ask where to go on. INVALID_ARGUMENT: too large, past the end.
  [[nodiscard]] absl::Status Append(uint64_t offset, std::string_view data, uint32_t crc32c);
  [[nodiscard]] bool complete() const { return received_ == header_.total_bytes; }
  [[nodiscard]] uint64_t received() const { return received_; }

  // Verifies the complete file and stores it. DATA_LOSS: it does not have the hash that was told
  // (ABORTED/UPLOAD_RESTARTED when it went on from an earlier upload's piece: send it anew);
  // INVALID_ARGUMENT: it is no mask file. In each case it is thrown away.
  [[nodiscard]] absl::Status Store();

 private:
  friend class MaskUploads;
  MaskUpload(MaskUploads& uploads, UploadHeader header, bool stored)
      : uploads_(uploads), header_(std::move(header)), stored_(stored) {}
  [[nodiscard]] absl::Status Open();

  MaskUploads& uploads_;
  const UploadHeader header_;
  const bool stored_;  // the content is there already, from another attempt or an earlier try
  std::string path_;
  int fd_ = -1;
  uint64_t received_ = 0;
  bool resumed_ = false;  // goes on from an earlier upload's piece
};

// Owned by Services. Any thread.
class MaskUploads {
 public:
  // Throws away pieces that are a day old. `directory` exists.
  MaskUploads(std::string directory, store::MaskStore& masks);

  struct Progress {
    uint64_t received_bytes = 0;
    bool complete = false;  // stored
  };
  // INVALID_ARGUMENT unless `file_hash` is 16 hex digits.
  [[nodiscard]] absl::StatusOr<Progress> Find(const std::string& file_hash);

  // ABORTED/UPLOAD_IN_PROGRESS while another upload of the same content is under way.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<MaskUpload>> Begin(UploadHeader header);

 private:
  friend class MaskUpload;
  [[nodiscard]] std::string PathOf(const std::string& file_hash) const;
  void End(const std::string& file_hash);

  const std::string directory_;
  store::MaskStore& masks_;
  std::mutex mutex_;
  std::set<std::string> active_;  // hashes
};

}  // namespace sparsweep::coordinator::rpc
