#include "worker/trial_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/logging.h"
#include "base/sha256.h"
#include "base/status.h"

namespace sparsweep::worker {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kRunningFileLimit = 128;
constexpr int kEndSeconds = 10;
constexpr int kLockTries = 20;
constexpr std::chrono::milliseconds kLockPause(50);

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return base::ErrnoStatus(error.value(), path);
  return absl::OkStatus();
}

// Models and data may be private: a folder that is made here is for this user alone.
absl::Status MakeRoot(const std::string& path) {
  std::error_code ignored;  // mkdir names what is wrong
  fs::create_directories(fs::path(path).parent_path(), ignored);
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  return base::ErrnoStatus(errno, path);
}

// A worker that was just killed, or its child between fork and exec, may still have the lock for a
// moment.
bool Lock(int fd) {
  for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK || tries == kLockTries) return false;
    std::this_thread::sleep_for(kLockPause);
  }
  return true;
}

}  // namespace

int64_t CheckpointStep(const std::string& file_name) {
  absl::string_view digits = file_name;
  int64_t step = -1;
  if (!absl::ConsumePrefix(&digits, "checkpoint-") ||
      !absl::ConsumeSuffix(&digits, ".safetensors") || digits.empty() ||
      digits.find_first_not_of("0123456789") != absl::string_view::npos ||
      !absl::SimpleAtoi(digits, &step)) {
    return -1;
  }
  return step;
}

absl::StatusOr<std::unique_ptr<TrialDirectory>> TrialDirectory::Open(const std::string& directory) {
  if (absl::Status made = MakeRoot(directory); !made.ok()) return made;
  for (const char* folder : {"running", "cache", "checks", "trials"}) {
    if (absl::Status made = MakeFolder(directory + "/" + folder); !made.ok()) return made;
  }
  const std::string lock_path = directory + "/worker.lock";
  const int fd = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return base::ErrnoStatus(errno, lock_path);
  std::unique_ptr<TrialDirectory> result(
      new TrialDirectory(fs::absolute(directory).lexically_normal().string(), fd));
  if (!Lock(fd)) {
    if (errno != EWOULDBLOCK) return base::ErrnoStatus(errno, lock_path);
    return absl::AlreadyExistsError(absl::StrCat(
        directory, ": another worker uses this folder; give this one its own --directory"));
  }
  if (absl::Status ended = result->EndLeftOvers(); !ended.ok()) return ended;
  return result;
}

TrialDirectory::~TrialDirectory() { close(lock_fd_); }

absl::Status TrialDirectory::EndLeftOvers() {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(root_ + "/running", error)) {
    const auto text = base::ReadFile(entry.path().string(), kRunningFileLimit);
    ProcessIdentity process;
    if (text.ok()) {
      const std::pair<std::string, std::string> words =
          absl::StrSplit(*text, absl::MaxSplits(' ', 1));
      if (absl::SimpleAtoi(words.first, &process.pid) && process.pid > 1 &&
          absl::SimpleAtoi(words.second, &process.start_time) &&
          !EndProcess(process, kEndSeconds)) {
        return absl::UnavailableError(
            absl::StrCat("trainer ", process.pid, " of an earlier worker does not end"));
      }
      base::LogInfo("an earlier worker left an attempt",
                    {{"attempt", entry.path().filename().string()}, {"pid", words.first}});
    }
    std::error_code ignored;
    fs::remove(entry.path(), ignored);
  }
  if (error) return base::ErrnoStatus(error.value(), root_ + "/running");
  return absl::OkStatus();
}

std::string TrialDirectory::AttemptPath(const AttemptId& id) const {
  return absl::StrCat(root_, "/trials/", id.trial, "/attempt-", id.attempt_number);
}

std::string TrialDirectory::RankPath(const AttemptId& id, uint32_t rank) const {
  return rank == 0 ? AttemptPath(id) : absl::StrCat(AttemptPath(id), "/rank-", rank);
}

absl::Status TrialDirectory::PrepareRank(const AttemptId& id, uint32_t rank) {
  return MakeFolder(RankPath(id, rank));
}

std::string TrialDirectory::RunningPath(const AttemptId& id, uint32_t rank) const {
  const std::string path = absl::StrCat(root_, "/running/", id.trial, ".", id.attempt_number);
  return rank == 0 ? path : absl::StrCat(path, ".rank-", rank);
}

std::string TrialDirectory::CheckPath(const std::string& sweep) const {
  // A sweep's name may hold anything.
  return root_ + "/checks/" + base::Sha256Hex(sweep).substr(0, 16);
}

absl::Status TrialDirectory::PrepareAttempt(const AttemptId& id) {
  const std::string path = AttemptPath(id);
  std::error_code error;
  if (fs::exists(path, error)) {
    base::LogWarning("folder of another database's attempt put aside", {{"folder", path}});
    fs::remove_all(path + ".old", error);
    fs::rename(path, path + ".old", error);
  }
  if (error) return base::ErrnoStatus(error.value(), path);
  return MakeFolder(path);
}

absl::StatusOr<std::string> TrialDirectory::PrepareCheck(const std::string& sweep) {
  RemoveCheck(sweep);
  const std::string path = CheckPath(sweep);
  if (absl::Status made = MakeFolder(path); !made.ok()) return made;
  return path;
}

void TrialDirectory::RemoveCheck(const std::string& sweep) {
  std::error_code ignored;
  fs::remove_all(CheckPath(sweep), ignored);
}

std::string TrialDirectory::NewestCheckpoint(const std::string& trial,
                                             const std::vector<uint32_t>& attempts) const {
  std::pair<int64_t, uint32_t> newest{-1, 0};
  std::string path;
  for (const uint32_t attempt : attempts) {
    std::error_code error;
    for (const fs::directory_entry& entry :
         fs::directory_iterator(AttemptPath({trial, attempt}), error)) {
      const int64_t step = CheckpointStep(entry.path().filename().string());
      if (step < 0 || std::pair(step, attempt) <= newest) continue;
      newest = {step, attempt};
      path = entry.path().string();
    }
  }
  return path;
}

void TrialDirectory::RemoveCheckpoints(const std::string& trial) {
  std::error_code error;
  std::vector<fs::path> checkpoints;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(fs::path(AttemptPath({trial, 1})).parent_path(), error)) {
    if (CheckpointStep(entry.path().filename().string()) >= 0) checkpoints.push_back(entry.path());
  }
  for (const fs::path& checkpoint : checkpoints) fs::remove(checkpoint, error);
}

absl::Status TrialDirectory::RememberProcess(const AttemptId& id, const ProcessIdentity& process,
                                             uint32_t rank) {
  return base::WriteFileAtomically(RunningPath(id, rank),
                                   absl::StrCat(process.pid, " ", process.start_time));
}

void TrialDirectory::ForgetProcess(const AttemptId& id, uint32_t rank) {
  std::error_code ignored;
  fs::remove(RunningPath(id, rank), ignored);
}

}  // namespace sparsweep::worker
