#include "cli/local_cluster.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "cli/client.h"
#include "cli/endpoint.h"
#include "cli/exit_code.h"
#include "cli/socket_path.h"

namespace sparsweep::cli {
namespace {

constexpr std::chrono::seconds kStartLimit(30);
constexpr std::chrono::milliseconds kStartPoll(30);
constexpr std::chrono::seconds kHealthTimeout(2);
// A trainer writes its checkpoint after the step it is in.
constexpr std::chrono::seconds kWorkerGrace(60);
// Enough for the checkpoint; without a coordinator nothing can be reported.
constexpr std::chrono::seconds kLoneWorkerGrace(5);
constexpr std::chrono::seconds kCoordinatorGrace(20);
constexpr size_t kLogLines = 3;
constexpr off_t kLogTail = 4096;

absl::Status CannotUse(const std::string& folder, int error_number) {
  return absl::PermissionDeniedError(
      absl::StrCat("cannot write to ", folder, ": ", std::strerror(error_number),
                   "; choose another data directory with --data DIR"));
}

absl::Status CreateFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) return CannotUse(path, error.value());
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return CannotUse(path, errno);
  // A file of that name shows here: the path within it.
  if (access((path + "/.").c_str(), W_OK | X_OK) != 0) return CannotUse(path, errno);
  return absl::OkStatus();
}

// Beside this program.
std::string Program(const std::string& name) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / name).string();
}

// OK while it runs. A daemon that gives up says why in its last line; the log of one that was
// killed shows what it was doing.
absl::Status Ended(ChildProcess* child, const std::string& program, const std::string& log) {
  const auto end = child->HowItEnded();
  if (!end) return absl::OkStatus();
  std::string lines = LastLines(log, 1);
  if (!lines.starts_with(program + ": ")) lines = LastLines(log, kLogLines);
  const std::string message = absl::StrCat(program, " ended (", end->text, ")",
                                           lines.empty() ? "" : ": ", lines, "; log: ", log);
  if (end->exit_code == kConflict) return absl::FailedPreconditionError(message);
  if (end->exit_code == kUnavailable) return absl::UnavailableError(message);
  return absl::InternalError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LocalCluster>> LocalCluster::Start(const std::string& data_directory,
                                                                  StopSignals* signals) {
  for (const std::string& folder : {data_directory, data_directory + "/run"}) {
    if (absl::Status created = CreateFolder(folder); !created.ok()) return created;
  }
  const auto socket = SocketPath(data_directory);
  if (!socket.ok()) return socket.status();
  std::unique_ptr<LocalCluster> cluster(new LocalCluster(data_directory, signals));
  cluster->address_ = "unix:" + *socket;
  const std::string endpoint_file = data_directory + "/endpoint.json";
  auto coordinator = ChildProcess::Start(
      {Program("sparsweep-coordinator"), "--data", data_directory, "--listen", cluster->address_,
       "--http", "127.0.0.1:0", "--endpoint-file", endpoint_file, "--exit-on-stdin-eof"},
      cluster->LogFile("coordinator"));
  if (!coordinator.ok()) return absl::InternalError(coordinator.status().message());
  cluster->coordinator_ = *std::move(coordinator);
  if (absl::Status serving = cluster->WaitUntilServing(); !serving.ok()) return serving;
  return cluster;
}

LocalCluster::~LocalCluster() { Stop(); }

absl::Status LocalCluster::WaitUntilServing() {
  const auto limit = std::chrono::steady_clock::now() + kStartLimit;
  Client client(address_, kHealthTimeout);
  for (;;) {
    if (absl::Status running = Check(); !running.ok()) return running;
    const auto endpoint = LiveEndpoint(data_directory_);
    // A file of another process is left over from a coordinator that was killed.
    if (endpoint.ok() && endpoint->pid == coordinator_->pid() && client.CheckServing().ok()) {
      address_ = endpoint->address;
      page_ = endpoint->page;
      return absl::OkStatus();
    }
    if (std::chrono::steady_clock::now() > limit) {
      return absl::DeadlineExceededError(absl::StrCat("the coordinator is not serving after ",
                                                      kStartLimit.count(),
                                                      " s; log: ", LogFile("coordinator")));
    }
    if (signals_ == nullptr) {
      usleep(std::chrono::microseconds(kStartPoll).count());
    } else if (signals_->WaitFor(kStartPoll)) {
      return absl::CancelledError("stopped before the coordinator served");
    }
  }
}

absl::Status LocalCluster::StartWorker(const WorkerOptions& options) {
  std::vector<std::string> command{Program("sparsweep-worker"),
                                   "--coordinator",
                                   address_,
                                   "--name",
                                   "local",
                                   "--directory",
                                   data_directory_,
                                   "--cpu-slots",
                                   absl::StrCat(options.cpu_slots),
                                   "--exit-on-stdin-eof"};
  if (!options.gpu) command.push_back("--no-gpu");
  if (!options.trainer.empty()) {
    command.push_back("--trainer");
    command.push_back(options.trainer);
  }
  auto worker = ChildProcess::Start(command, LogFile("worker"));
  if (!worker.ok()) return absl::InternalError(worker.status().message());
  worker_ = *std::move(worker);
  return absl::OkStatus();
}

absl::Status LocalCluster::Check() {
  absl::Status status = Ended(coordinator_.get(), "sparsweep-coordinator", LogFile("coordinator"));
  if (status.ok() && worker_ != nullptr) {
    status = Ended(worker_.get(), "sparsweep-worker", LogFile("worker"));
  }
  return status;
}

void LocalCluster::Stop() {
  const auto hurry = [this] { return signals_ != nullptr && signals_->AskedAgain(); };
  const bool can_report = coordinator_ != nullptr && !coordinator_->HowItEnded();
  if (worker_ != nullptr) worker_->Stop(can_report ? kWorkerGrace : kLoneWorkerGrace, hurry);
  worker_ = nullptr;
  if (coordinator_ != nullptr) coordinator_->Stop(kCoordinatorGrace, hurry);
  coordinator_ = nullptr;
}

std::string LocalCluster::LogFile(const std::string& program) const {
  return absl::StrCat(data_directory_, "/run/", program, ".log");
}

std::string LastLines(const std::string& file, size_t lines) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) return "";
  const off_t size = stream.tellg();
  stream.seekg(std::max<off_t>(0, size - kLogTail));
  const std::string tail((std::istreambuf_iterator<char>(stream)), {});
  std::vector<std::string> found = absl::StrSplit(tail, '\n', absl::SkipWhitespace());
  if (found.size() > lines) found.erase(found.begin(), found.end() - static_cast<ssize_t>(lines));
  return absl::StrJoin(found, " | ");
}

}  // namespace sparsweep::cli
