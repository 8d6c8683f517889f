#include "coordinator/rpc/mask_uploads.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "contract/crc32c.h"
#include "contract/mask_file.h"

namespace sparsweep::coordinator::rpc {
namespace {

constexpr std::chrono::hours kMaxAge{24};

absl::Status CheckHash(const std::string& hash) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (hash.size() == 16 && std::all_of(hash.begin(), hash.end(), is_hex)) return absl::OkStatus();
  return base::WithReason(
      absl::InvalidArgumentError("file_hash: not 16 lower-case hex digits of XXH3-64"),
      {"INVALID_REQUEST", {{"field", "file_hash"}}});
}

absl::Status Again(const char* reason, const std::string& message, uint64_t received) {
  return base::WithReason(absl::AbortedError(message),
                          {reason, {{"received_bytes", absl::StrCat(received)}}});
}

}  // namespace

MaskUpload::~MaskUpload() {
  if (fd_ >= 0) close(fd_);
  uploads_.End(header_.file_hash);
}

absl::Status MaskUpload::Open() {
  path_ = uploads_.PathOf(header_.file_hash);
  fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) return base::ErrnoStatus(errno, path_);
  struct stat info {};
  if (fstat(fd_, &info) != 0) return base::ErrnoStatus(errno, path_);
  received_ = static_cast<uint64_t>(info.st_size);
  resumed_ = received_ > 0;
  if (received_ <= header_.total_bytes) return absl::OkStatus();
  received_ = 0;  // left by a file of another size
  return ftruncate(fd_, 0) == 0 ? absl::OkStatus() : base::ErrnoStatus(errno, path_);
}

absl::Status MaskUpload::Append(uint64_t offset, std::string_view data, uint32_t crc32c) {
  if (data.size() > kMaxChunkBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a chunk of ", data.size(), " bytes; send at most ", kMaxChunkBytes));
  }
  if (offset != received_) {
    return Again("UPLOAD_OFFSET", absl::StrCat("chunk at ", offset, ", not at ", received_),
                 received_);
  }
  if (data.size() > header_.total_bytes - received_) {
    return absl::InvalidArgumentError(
        absl::StrCat("more than the ", header_.total_bytes, " bytes that were told"));
  }
  if (contract::Crc32c(data) != crc32c) {
    return Again("CHUNK_CORRUPT", absl::StrCat("checksum of the chunk at ", offset), received_);
  }
  for (size_t written = 0; written < data.size();) {
    const ssize_t n = pwrite(fd_, data.data() + written, data.size() - written,
                             static_cast<off_t>(received_ + written));
    if (n < 0 && errno != EINTR) return base::ErrnoStatus(errno, path_);
    if (n > 0) written += static_cast<size_t>(n);
  }
  received_ += data.size();
  return absl::OkStatus();
}

absl::Status MaskUpload::Store() {
  const AttemptKey& attempt = header_.attempt;
  if (stored_) {
    return uploads_.masks_.Attach(attempt.trial_id, attempt.attempt_number, header_.file_hash);
  }
  auto bytes = base::ReadFile(path_, kMaxMaskBytes);
  if (!bytes.ok()) return bytes.status();
  absl::Status result;
  if (contract::ContentHash(*bytes) != header_.file_hash && resumed_) {
    // What an earlier upload left may have been torn by a power cut: from the start once more.
    result = Again("UPLOAD_RESTARTED", "the part that had arrived does not fit the hash", 0);
  } else if (contract::ContentHash(*bytes) != header_.file_hash) {
    result = absl::DataLossError("the mask file does not have the hash that was told");
  } else if (auto matrices = contract::ParseMaskFile(*bytes); !matrices.ok()) {
    result = matrices.status();
  } else {
    result =
        uploads_.masks_.Put(attempt.trial_id, attempt.attempt_number, header_.file_hash, *matrices);
    if (absl::IsResourceExhausted(result)) return result;  // the piece is good: keep it
  }
  unlink(path_.c_str());
  return result;
}

MaskUploads::MaskUploads(std::string directory, store::MaskStore& masks)
    : directory_(std::move(directory)), masks_(masks) {
  std::error_code error;
  const auto oldest = std::filesystem::file_time_type::clock::now() - kMaxAge;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    if (entry.path().extension() != ".part") continue;
    if (entry.last_write_time(error) < oldest) std::filesystem::remove(entry.path(), error);
  }
}

absl::StatusOr<MaskUploads::Progress> MaskUploads::Find(const std::string& file_hash) {
  if (absl::Status valid = CheckHash(file_hash); !valid.ok()) return valid;
  const auto stored = masks_.Contains(file_hash);
  if (!stored.ok()) return stored.status();
  Progress progress;
  progress.complete = *stored;
  struct stat info {};
  if (stat(PathOf(file_hash).c_str(), &info) == 0) {
    progress.received_bytes = static_cast<uint64_t>(info.st_size);
  }
  return progress;
}

absl::StatusOr<std::unique_ptr<MaskUpload>> MaskUploads::Begin(UploadHeader header) {
  if (absl::Status valid = CheckHash(header.file_hash); !valid.ok()) return valid;
  if (header.total_bytes == 0 || header.total_bytes > kMaxMaskBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("total_bytes: ", header.total_bytes, " is not 1 to ", kMaxMaskBytes));
  }
  const auto stored = masks_.Contains(header.file_hash);
  if (!stored.ok()) return stored.status();
  {
    const std::lock_guard lock(mutex_);
    if (!active_.insert(header.file_hash).second) {
      return Again("UPLOAD_IN_PROGRESS", "the same mask is being uploaded already", 0);
    }
  }
  std::unique_ptr<MaskUpload> upload(new MaskUpload(*this, std::move(header), *stored));
  if (*stored) {
    upload->received_ = upload->header_.total_bytes;
  } else if (absl::Status opened = upload->Open(); !opened.ok()) {
    return opened;
  }
  return upload;
}

std::string MaskUploads::PathOf(const std::string& file_hash) const {
  return directory_ + "/" + file_hash + ".part";
}

void MaskUploads::End(const std::string& file_hash) {
  const std::lock_guard lock(mutex_);
  active_.erase(file_hash);
}

}  // namespace sparsweep::coordinator::rpc
