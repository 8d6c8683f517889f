// What goes into the core and comes out of it, as plain values: coordinator/rpc/ turns messages
// into these and back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "coordinator/coordinator_core/checked_sweep.h"
#include "coordinator/state/lease_table.h"
#include "coordinator/state/worker_entry.h"
#include "store/records.h"

namespace sparsweep::coordinator {

// Called once, on the loop's thread, when everything the answer rests on is on disk.
template <class Answer>
using Reply = std::function<void(absl::StatusOr<Answer>)>;

struct SubmitRequest {
  std::string request_id;  // may be empty: no protection against doing it twice
  bool validate_only = false;
  CheckedSweep sweep;
};
struct CancelRequest {
  std::string request_id;
  std::string name;
};
struct TrialCounts {
  uint32_t pending = 0;
  uint32_t active = 0;
  uint32_t succeeded = 0;
  uint32_t failed = 0;
  uint32_t canceled = 0;
};
struct SweepAnswer {
  store::Sweep row;
  TrialCounts counts;
  bool attached = false;  // it existed already
};

struct SyncRequest {
  std::string worker;
  std::string instance;
  std::string version;
  std::vector<Slot> slots;
  std::string rank_address;
  std::vector<AttemptKey> held;
  std::map<AttemptKey, std::string> rendezvous;  // of those whose rank 0 of several it runs
  std::vector<std::string> checking;             // names of sweeps
  std::chrono::nanoseconds wait{0};
  uint64_t sequence = 0;
  bool draining = false;
};
struct DesiredLease {
  contract::TrialSpec spec;
  std::vector<std::string> slots;
  std::chrono::nanoseconds duration{0};
};
struct DesiredCheck {
  std::string sweep;
  contract::TrialSpec spec;
};
struct SyncAnswer {
  std::vector<DesiredLease> leases;
  std::vector<DesiredCheck> checks;
};

struct AttemptOutcome {
  std::optional<store::Failure> failure;  // none: it finished and is scored
  int32_t exit_code = 0;
};
struct EventReport {
  std::string worker;
  AttemptKey attempt;
  std::string directory;  // the attempt's folder there, may be empty
  std::vector<contract::TrainerEvent> events;
  std::optional<AttemptOutcome> outcome;  // with the last batch
};
struct EventAck {
  uint64_t acknowledged_sequence = 0;  // everything up to here is on disk
};

struct CheckReport {
  std::string worker;
  std::string sweep;
  std::string input_hash;                 // when the check passed
  std::optional<store::Failure> failure;  // when it did not
};

struct Done {};

}  // namespace sparsweep::coordinator
