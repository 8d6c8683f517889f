// A real sparsweep-worker with scripted trainers, against a fake coordinator.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sparsweep/v1/trial.pb.h"
#include "tests/support/fake_coordinator.h"
#include "tests/support/temporary_folder.h"
#include "worker/attempt_id.h"
#include "worker/subprocess.h"
#include "worker/trial_directory.h"

namespace sparsweep::test {

// One worker process at a time; its folder stays when it ends. Nothing waits longer than 30 s.
class WorkerUnderTest {
 public:
  WorkerUnderTest();

  // JSON of scripted_trainer_script.h for the trainers of workers started from now on.
  void SetScript(const std::string& json);
  void Start(const std::vector<std::string>& more_arguments = {});
  // The exit code, or 128 + signal.
  int WaitForExit();
  // Ends it as kill -9 would.
  void Kill();
  worker::Subprocess& process() { return *process_; }

  // A movement trial of `steps` steps of 10 ms that evaluates and checkpoints every 10.
  [[nodiscard]] v1::TrialSpec Spec(int trial, int steps, uint32_t attempt_number = 1) const;
  [[nodiscard]] std::string AttemptFolder(int trial, uint32_t attempt_number = 1) const;
  [[nodiscard]] std::string StandardError() const;
  // Pids of trainers that work in this worker's folder.
  [[nodiscard]] std::vector<pid_t> Trainers() const;
  [[nodiscard]] bool WaitUntilNoTrainers() const;
  [[nodiscard]] bool WaitForFile(const std::string& path) const;
  [[nodiscard]] bool WaitForLog(const std::string& text) const;

  // The attempt once its outcome is known; fails the test when none comes.
  FakeCoordinator::Attempt Outcome(const worker::AttemptId& id);
  [[nodiscard]] bool WaitForEvents(const worker::AttemptId& id, size_t count);

  FakeCoordinator& coordinator() { return coordinator_; }
  TemporaryFolder& folder() { return folder_; }

 private:
  TemporaryFolder folder_;
  FakeCoordinator coordinator_;
  std::unique_ptr<worker::Subprocess> process_;
};

}  // namespace sparsweep::test
