#include "worker/mask_chunks.h"

#include <algorithm>
#include <utility>

#include "contract/crc32c.h"
#include "sparsweep/v1/mask.pb.h"

namespace sparsweep::worker {

MaskChunks::MaskChunks(const v1::UploadMaskHeader& header, std::shared_ptr<const std::string> file,
                       uint64_t offset)
    : header_(std::make_unique<v1::UploadMaskHeader>(header)),
      file_(std::move(file)),
      offset_(offset) {}

MaskChunks::~MaskChunks() = default;
MaskChunks::MaskChunks(MaskChunks&&) noexcept = default;

bool MaskChunks::Next(v1::UploadMaskRequest* message) {
  if (header_ != nullptr) {
    message->mutable_header()->Swap(header_.get());
    header_.reset();
    return true;
  }
  if (offset_ >= file_->size()) return false;
  const uint64_t size = std::min<uint64_t>(kMaskChunkBytes, file_->size() - offset_);
  v1::UploadMaskChunk& chunk = *message->mutable_chunk();
  chunk.set_offset(offset_);
  chunk.set_data(file_->data() + offset_, size);
  chunk.set_crc32c(contract::Crc32c(chunk.data()));
  offset_ += size;
  return true;
}

}  // namespace sparsweep::worker
