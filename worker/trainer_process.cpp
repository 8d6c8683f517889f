#include "worker/trainer_process.h"

#include <utility>

#include "base/file.h"
#include "base/logging.h"

namespace sparsweep::worker {
namespace {

constexpr uint64_t kErrorFileLimit = 64 << 10;

}  // namespace

absl::StatusOr<std::unique_ptr<TrainerProcess>> TrainerProcess::Start(
    base::EventLoop& loop, const Options& options, std::function<void(ExitStatus)> ended) {
  Subprocess::Options child{.argv = {options.program},
                            // NVML's order of the devices is the bus's; by default CUDA's is not.
                            .environment = {"CUDA_DEVICE_ORDER=PCI_BUS_ID"},
                            .working_directory = options.directory,
                            .stdout_path = options.directory + "/" + kStdoutFile,
                            .stderr_path = options.directory + "/" + kStderrFile};
  child.argv.insert(child.argv.end(), options.arguments.begin(), options.arguments.end());
  absl::StatusOr<std::unique_ptr<Subprocess>> process = Subprocess::Start(child);
  if (!process.ok()) return process.status();
  return std::unique_ptr<TrainerProcess>(
      new TrainerProcess(loop, *std::move(process), std::move(ended)));
}

TrainerProcess::TrainerProcess(base::EventLoop& loop, std::unique_ptr<Subprocess> process,
                               std::function<void(ExitStatus)> ended)
    : loop_(loop), process_(std::move(process)), ended_(std::move(ended)) {
  loop_.Watch(process_->pidfd(), [this] { OnReadable(); });
}

TrainerProcess::~TrainerProcess() {
  if (watched_) loop_.Unwatch(process_->pidfd());
}

void TrainerProcess::OnReadable() {
  const std::optional<ExitStatus> status = process_->TryReap();
  if (!status.has_value()) return;
  loop_.Unwatch(process_->pidfd());
  watched_ = false;
  // `ended` may destroy this object.
  const std::function<void(ExitStatus)> ended = std::move(ended_);
  ended(*status);
}

std::optional<contract::TrainerError> ReadTrainerError(const std::string& directory) {
  const std::string path = directory + "/error.json";
  const absl::StatusOr<std::string> json = base::ReadFile(path, kErrorFileLimit);
  if (!json.ok()) return std::nullopt;
  absl::StatusOr<contract::TrainerError> error = contract::ParseTrainerError(*json);
  if (!error.ok()) {
    base::LogWarning("unreadable error.json",
                     {{"file", path}, {"reason", std::string(error.status().message())}});
    return std::nullopt;
  }
  return *std::move(error);
}

}  // namespace sparsweep::worker
