// A mask file as the messages of an upload.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sparsweep::v1 {
class UploadMaskHeader;
class UploadMaskRequest;
}  // namespace sparsweep::v1

namespace sparsweep::worker {

inline constexpr uint64_t kMaskChunkBytes = 1 << 20;

// The header first, then chunks of at most kMaskChunkBytes from `offset` on. Any one thread.
class MaskChunks {
 public:
  MaskChunks(const v1::UploadMaskHeader& header, std::shared_ptr<const std::string> file,
             uint64_t offset);
  ~MaskChunks();
  MaskChunks(MaskChunks&&) noexcept;

  // False, and `message` is left alone, once the file has been handed out to its end.
  bool Next(v1::UploadMaskRequest* message);

 private:
  std::unique_ptr<v1::UploadMaskHeader> header_;  // until it has been handed out
  std::shared_ptr<const std::string> file_;
  uint64_t offset_;
};

}  // namespace sparsweep::worker
