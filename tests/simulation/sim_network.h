// The way between workers, users and the coordinator: late, out of order, lossy.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "coordinator/coordinator_core/coordinator_core.h"
#include "tests/simulation/sim_random.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::simulation {

struct NetworkFaults {
  double drop = 0;       // of each request and each answer
  double duplicate = 0;  // of each request
  uint64_t delay_ms = 5;
};

// Knows which coordinator process lives. As over TCP, what was sent to one process never reaches
// the next; answers of a dead one that are under way still arrive.
class SimNetwork {
 public:
  SimNetwork(test::TestExecutor& time, SimRandom& random) : time_(time), random_(random) {}

  NetworkFaults faults;

  // Null while there is none.
  void SetCore(coordinator::CoordinatorCore* core) {
    core_ = core;
    ++process_;
  }

  // Exactly one of: `done` with the answer, or with UNAVAILABLE after `timeout`. A caller that is
  // gone by then has to see to that itself.
  template <class Answer>
  void Call(std::function<void(coordinator::CoordinatorCore&, coordinator::Reply<Answer>)> request,
            std::chrono::milliseconds timeout, std::function<void(absl::StatusOr<Answer>)> done) {
    auto once = std::make_shared<std::function<void(absl::StatusOr<Answer>)>>(std::move(done));
    const auto finish = [once](absl::StatusOr<Answer> answer) {
      if (*once) std::exchange(*once, nullptr)(std::move(answer));
    };
    time_.After(timeout, [finish] { finish(absl::UnavailableError("no answer")); });
    for (int copies = random_.Chance(faults.duplicate) ? 2 : 1; copies > 0; --copies) {
      if (random_.Chance(faults.drop)) continue;
      time_.After(Delay(), [this, process = process_, request, finish] {
        if (core_ == nullptr || process != process_) return;
        request(*core_, [this, finish](absl::StatusOr<Answer> answer) {
          if (random_.Chance(faults.drop)) return;
          time_.After(Delay(), [finish, answer = std::move(answer)] { finish(answer); });
        });
      });
    }
  }

  // Ranks of an attempt, wherever they run, meet by the name of the place.
  void Meet(const std::string& rendezvous, uint32_t first_rank, size_t count) {
    for (size_t i = 0; i < count; ++i) met_[rendezvous].insert(first_rank + i);
  }
  [[nodiscard]] bool AllMet(const std::string& rendezvous, size_t ranks) {
    return met_[rendezvous].size() == ranks;
  }

 private:
  std::chrono::milliseconds Delay() { return random_.Milliseconds(faults.delay_ms + 1); }

  test::TestExecutor& time_;
  SimRandom& random_;
  coordinator::CoordinatorCore* core_ = nullptr;
  int process_ = 0;
  std::map<std::string, std::set<size_t>> met_;
};

}  // namespace sparsweep::simulation
