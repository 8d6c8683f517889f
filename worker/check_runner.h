// `sparsweep-trainer check` for a sweep: does a trainer accept its model and data?
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/event_loop.h"
#include "worker/backoff.h"
#include "worker/coordinator_client.h"
#include "worker/event_reporter.h"
#include "worker/lifetime.h"
#include "worker/trainer_process.h"
#include "worker/trial_directory.h"

namespace sparsweep::v1 {
class DesiredCheck;
}

namespace sparsweep::worker {

// Loop thread. Owned by the daemon; what `Deps` refers to outlives it. The destructor kills the
// trainer.
class CheckRunner {
 public:
  struct Deps {
    base::EventLoop& loop;
    CoordinatorClient& client;
    TrialDirectory& directory;
    WorkerIdentity worker;
    std::string trainer;
    std::string device;  // of this worker's first slot
  };

  // `ended` is called once, when the coordinator has the result or wants none; it must not destroy
  // this object before it returns to the loop.
  CheckRunner(Deps deps, const v1::DesiredCheck& check, std::function<void()> ended);
  ~CheckRunner();

  void Start();

 private:
  [[nodiscard]] absl::Status Launch();
  void OnExit(ExitStatus status);
  void Report();

  Deps deps_;
  std::unique_ptr<v1::DesiredCheck> check_;
  std::unique_ptr<v1::ReportCheckRequest> result_;
  std::function<void()> ended_;
  std::string directory_;
  std::unique_ptr<TrainerProcess> process_;
  std::optional<base::TimerId> limit_timer_;
  Backoff backoff_;
  Lifetime lifetime_;
};

}  // namespace sparsweep::worker
