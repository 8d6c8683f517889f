#include "tests/worker/worker_under_test.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "contract/trial_spec.h"

namespace sparsweep::test {
namespace {

namespace fs = std::filesystem;

constexpr int kPatienceMs = 30'000;

bool Poll(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    poll(nullptr, 0, 5);
  }
  return true;
}

}  // namespace

WorkerUnderTest::WorkerUnderTest() : coordinator_(folder_.File("coordinator.sock")) {
  fs::create_directory(folder_.File("model"));
  std::ofstream(folder_.File("train.tsv")) << "x";
  std::ofstream(folder_.File("dev.tsv")) << "x";
  unsetenv("SPARSWEEP_SCRIPT");
}

void WorkerUnderTest::SetScript(const std::string& json) {
  std::ofstream(folder_.File("script.json")) << json;
  setenv("SPARSWEEP_SCRIPT", folder_.File("script.json").c_str(), 1);
}

void WorkerUnderTest::Start(const std::vector<std::string>& more_arguments) {
  worker::Subprocess::Options options{
      .argv = {SPARSWEEP_BINARY_DIR "/sparsweep-worker", "--coordinator", coordinator_.address(),
               "--name", "w", "--directory", folder_.File("worker"), "--cpu-slots", "2",
               "--no-gpu"},
      .environment = {"SPARSWEEP_TRAINER=" SPARSWEEP_BINARY_DIR "/../tests/scripted-trainer"},
      .working_directory = folder_.path(),
      .stdout_path = folder_.File("worker.out"),
      .stderr_path = folder_.File("worker.err")};
  options.argv.insert(options.argv.end(), more_arguments.begin(), more_arguments.end());
  auto process = worker::Subprocess::Start(options);
  ASSERT_TRUE(process.ok()) << process.status();
  process_ = *std::move(process);
}

int WorkerUnderTest::WaitForExit() {
  pollfd ended{.fd = process_->pidfd(), .events = POLLIN, .revents = 0};
  if (poll(&ended, 1, kPatienceMs) != 1) return -1;
  return process_->TryReap()->ShellCode();
}

void WorkerUnderTest::Kill() {
  // Only the worker itself: its trainers are in groups of their own.
  kill(process_->pid(), SIGKILL);
  EXPECT_EQ(WaitForExit(), 128 + SIGKILL);
}

v1::TrialSpec WorkerUnderTest::Spec(int trial, int steps, uint32_t attempt_number) const {
  contract::TrialSpec spec;
  spec.sweep = "s";
  spec.trial = absl::StrFormat("t-%06d", trial);
  spec.attempt_number = attempt_number;
  spec.seed = static_cast<uint64_t>(trial);
  spec.model.path = folder_.File("model");
  spec.task.train = folder_.File("train.tsv");
  spec.task.dev = folder_.File("dev.tsv");
  spec.task.format.text = {"text"};
  spec.training.steps = static_cast<uint32_t>(steps);
  spec.training.warmup_steps = 0;
  spec.training.evaluate_every = 10;
  spec.training.checkpoint_every = 10;
  spec.pruning.method = "movement";
  spec.pruning.density = 0.1;
  v1::TrialSpec message;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(contract::ToJson(spec), &message).ok());
  return message;
}

std::string WorkerUnderTest::AttemptFolder(int trial, uint32_t attempt_number) const {
  return folder_.File(absl::StrFormat("worker/trials/t-%06d/attempt-%d", trial, attempt_number));
}

std::string WorkerUnderTest::StandardError() const {
  return base::ReadFile(folder_.File("worker.err"), 1 << 24).value_or("");
}

std::vector<pid_t> WorkerUnderTest::Trainers() const {
  std::vector<pid_t> pids;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", error)) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &pid)) continue;
    // Empty for a zombie.
    const auto command = base::ReadFile(entry.path().string() + "/cmdline", 1 << 16);
    if (command.ok() && command->find("scripted-trainer") < command->find('\0') &&
        command->find(folder_.File("worker")) != std::string::npos) {
      pids.push_back(pid);
    }
  }
  return pids;
}

bool WorkerUnderTest::WaitUntilNoTrainers() const {
  return Poll([this] { return Trainers().empty(); });
}

bool WorkerUnderTest::WaitForFile(const std::string& path) const {
  return Poll([&path] { return fs::exists(path); });
}

bool WorkerUnderTest::WaitForLog(const std::string& text) const {
  return Poll([this, &text] { return StandardError().find(text) != std::string::npos; });
}

FakeCoordinator::Attempt WorkerUnderTest::Outcome(const worker::AttemptId& id) {
  EXPECT_TRUE(coordinator_.WaitUntil([&id](const FakeCoordinator::State& state) {
    const auto attempt = state.attempts.find(id);
    return attempt != state.attempts.end() && attempt->second.outcome.has_value();
  })) << StandardError();
  return coordinator_.Snapshot().attempts[id];
}

bool WorkerUnderTest::WaitForEvents(const worker::AttemptId& id, size_t count) {
  return coordinator_.WaitUntil([&id, count](const FakeCoordinator::State& state) {
    const auto attempt = state.attempts.find(id);
    return attempt != state.attempts.end() && attempt->second.events.size() >= count;
  });
}

}  // namespace sparsweep::test
