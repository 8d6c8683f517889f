// Whether a trial whose attempt failed is tried again. Pure.
//
//   class            again?                                             counts as a restart
//   user             no
//   out_of_memory    once, within max_restarts                           yes
//   stopped          always: it was asked to, and left a checkpoint      no
//   lost_worker      elsewhere, until kMaxLosses attempts did not count  no
//   the others       within max_restarts, backing off 1, 2, 4 … 60 s     yes
#pragma once

#include <chrono>
#include <cstdint>

#include "contract/trainer_error.h"
#include "store/records.h"

namespace sparsweep::coordinator {

// So often may a trial lose its worker or be stopped before a lost worker is held against it: a
// trial that kills its machine has to end some day.
inline constexpr uint32_t kMaxLosses = 100;

struct RetryDecision {
  bool retry = false;
  bool counts = false;                  // raises trial.restarts
  std::chrono::nanoseconds backoff{0};  // before the next attempt
};

// `trial` as it was while the attempt ran: its failure is that of the attempt before.
[[nodiscard]] RetryDecision DecideRetry(contract::FailureClass failure, const store::Trial& trial,
                                        uint32_t max_restarts);

}  // namespace sparsweep::coordinator
