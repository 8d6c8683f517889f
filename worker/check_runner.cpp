#include "worker/check_runner.h"

#include <signal.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/logging.h"
#include "sparsweep/v1/worker.pb.h"
#include "worker/attempt_outcome.h"
#include "worker/exit_classifier.h"
#include "worker/report_errors.h"
#include "worker/spec_file.h"

namespace sparsweep::worker {
namespace {

using contract::FailureClass;
using contract::TrainerError;

constexpr uint64_t kOutputLimit = 1 << 20;
// Reading and tokenizing the largest data sets takes minutes; a check that hangs must end.
constexpr std::chrono::minutes kLimit(30);

// {"input_hash":"…"} on standard output; empty when there is no such thing.
std::string InputHash(const std::string& directory) {
  const absl::StatusOr<std::string> text =
      base::ReadFile(directory + "/" + kStdoutFile, kOutputLimit);
  if (!text.ok()) return "";
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("input_hash") || !json["input_hash"].is_string()) {
    return "";
  }
  return json["input_hash"].get<std::string>();
}

}  // namespace

CheckRunner::CheckRunner(Deps deps, const v1::DesiredCheck& check, std::function<void()> ended)
    : deps_(std::move(deps)),
      check_(std::make_unique<v1::DesiredCheck>(check)),
      result_(std::make_unique<v1::ReportCheckRequest>()),
      ended_(std::move(ended)) {
  result_->set_worker(deps_.worker.name);
  result_->set_sweep(check.sweep());
}

CheckRunner::~CheckRunner() {
  if (limit_timer_.has_value()) deps_.loop.Cancel(*limit_timer_);
}

void CheckRunner::Start() {
  base::LogInfo("check started", {{"sweep", check_->sweep()}});
  if (const absl::Status started = Launch(); !started.ok()) {
    ToProto(MakeFailure(FailureClass::kInternal, "NOT_STARTED",
                        "the worker cannot start the trainer: " + std::string(started.message())),
            result_->mutable_failure());
    Report();
  }
}

absl::Status CheckRunner::Launch() {
  absl::StatusOr<std::string> directory = deps_.directory.PrepareCheck(check_->sweep());
  if (!directory.ok()) return directory.status();
  directory_ = *std::move(directory);
  v1::TrialSpec& spec = *check_->mutable_spec();
  spec.set_directory(directory_);
  spec.set_device(deps_.device);
  if (spec.threads() == 0) spec.set_threads(1);
  if (absl::Status written = WriteSpecFile(spec, directory_); !written.ok()) return written;
  auto process = TrainerProcess::Start(
      deps_.loop,
      {.program = deps_.trainer,
       .arguments = {"check", directory_ + "/spec.json", "--exit-on-stdin-eof"},
       .directory = directory_},
      [this](ExitStatus status) { OnExit(status); });
  if (!process.ok()) return process.status();
  process_ = *std::move(process);
  limit_timer_ = deps_.loop.After(kLimit, [this] {
    limit_timer_.reset();
    if (process_ != nullptr) process_->Signal(SIGKILL);
  });
  return absl::OkStatus();
}

void CheckRunner::OnExit(ExitStatus status) {
  process_.reset();
  const std::string input_hash = status.ShellCode() == 0 ? InputHash(directory_) : "";
  std::optional<TrainerError> error =
      ClassifyExit({.status = status, .error = ReadTrainerError(directory_), .finished = true});
  if (!error.has_value() && input_hash.empty()) {
    error = MakeFailure(FailureClass::kInternal, "NO_INPUT_HASH",
                        "`sparsweep-trainer check` printed no input_hash");
  }
  if (error.has_value()) {
    ToProto(*error, result_->mutable_failure());
  } else {
    result_->set_input_hash(input_hash);
  }
  base::LogInfo("check ended",
                {{"sweep", check_->sweep()}, {"status", std::to_string(status.ShellCode())}});
  Report();
}

void CheckRunner::Report() {
  deps_.client.ReportCheck(*result_, lifetime_.Guard([this](const absl::Status& status) {
    if (!status.ok() && ClassifyRefusal(status) == Refusal::kRetry) {
      deps_.loop.After(backoff_.Next(), lifetime_.Guard([this] { Report(); }));
      return;
    }
    deps_.directory.RemoveCheck(check_->sweep());
    ended_();
  }));
}

}  // namespace sparsweep::worker
