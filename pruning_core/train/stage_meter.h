// How far a long part of a run has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "contract/trainer_event.h"

namespace sparsweep::core {

// Of one pass; one thread. `clock` is borrowed.
class StageMeter {
 public:
  static constexpr std::chrono::milliseconds kInterval{500};

  // Silent for the first `quiet`: most passes are over by then.
  StageMeter(const base::Clock& clock, std::string name, std::chrono::nanoseconds quiet)
      : clock_(clock), name_(std::move(name)), due_(clock.Now() + quiet) {}

  // A report when one is due: kInterval after the last, or at the end of what was reported on.
  std::optional<contract::Stage> Done(int64_t done, int64_t total);

 private:
  const base::Clock& clock_;
  std::string name_;
  base::SteadyTime due_;
  bool reported_ = false;
};

}  // namespace sparsweep::core
