// What is known of a sweep at one moment, and how fast it moves.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

#include "cli/client.h"

namespace sparsweep::cli {

struct Progress {
  v1::Sweep sweep;
  std::vector<v1::Trial> trials;  // in the order of the plan
  Front front;                    // of the trials that have succeeded
  double elapsed_seconds = 0;     // since this command began to look
  double eta_seconds = -1;        // to the end of the sweep; negative: not known yet
};

[[nodiscard]] bool HasEnded(v1::SweepState state);
[[nodiscard]] bool HasEnded(v1::TrialState state);
// Leased or running.
[[nodiscard]] bool IsActive(v1::TrialState state);

// "succeeded", "running", …: the enum's name without its prefix.
[[nodiscard]] std::string StateName(v1::SweepState state);
[[nodiscard]] std::string StateName(v1::TrialState state);

struct Steps {
  int64_t done = 0;  // an ended trial counts as done whatever its step
  int64_t total = 0;
};
[[nodiscard]] Steps StepsOf(const std::vector<v1::Trial>& trials);

// "10 %" where a density was asked for, else "λ 2000", or "" for a dense trial; then the variant:
// "10 %, teacher none".
[[nodiscard]] std::string TargetOf(const v1::Trial& trial);

// Time to the end from the steps of the last minute. One owner, no thread; time comes in.
class EtaEstimator {
 public:
  // Seconds to the end; negative until ten seconds with progress have been seen.
  [[nodiscard]] double Update(double elapsed_seconds, const Steps& steps);

 private:
  struct Sample {
    double seconds;
    int64_t done;
  };
  std::deque<Sample> samples_;
};

}  // namespace sparsweep::cli
