// Rows of the database as plain values, in the units they are stored in. Times are wall-clock
// microseconds since the Unix epoch, for people to read; no lease depends on them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/trial_states.h"

namespace sparsweep::store {

struct Sweep {
  int64_t id = 0;
  std::string name;            // unique
  std::string canonical_hash;  // SHA-256 of the canonical form, hex
  std::string yaml;            // as submitted
  std::string canonical_json;  // the checked form with defaults filled in
  std::string request_id;      // of the SubmitSweep that created it
  SweepState state = SweepState::kChecking;
  std::string metric;  // "accuracy"
  bool maximize = true;
  uint32_t max_concurrent = 0;  // 0 = as many as there are slots
  uint32_t max_restarts = 0;
  std::string input_hash;  // content of model and data, once a worker checked them
  std::string error;       // why it was rejected
  int64_t create_time = 0;
  int64_t end_time = 0;  // 0 = not yet
};

struct Failure {
  std::string failure_class;  // contract/trainer_error.h: FailureClassName
  std::string reason;
  std::string field;
  std::string value;
  std::string message;
};

struct Trial {
  int64_t id = 0;  // "t-000004" is 4 (contract/trial_spec.h: TrialName)
  int64_t sweep_id = 0;
  uint32_t position = 0;   // in the plan, from 0
  std::string point_hash;  // UNIQUE(sweep_id, point_hash)
  std::string spec_json;   // TrialSpec without attempt, directory, device, resume_from
  std::string method;
  uint64_t seed = 0;
  std::optional<double> lambda;
  std::optional<double> density;
  std::string variant;  // what else tells it apart from others of its method: "teacher none"
  int64_t steps = 0;    // planned
  TrialState state = TrialState::kPending;
  uint32_t attempt_number = 0;    // attempts granted so far; the fence
  uint32_t restarts = 0;          // attempts that failed and counted
  uint32_t accepted_attempt = 0;  // 0 = none
  int64_t step = 0;               // last reported
  std::optional<double> score;    // final, of the accepted attempt
  std::optional<double> mask_density;
  std::optional<double> remaining_weights;
  std::optional<Failure> failure;  // of the last attempt that failed
  int64_t create_time = 0;
  int64_t end_time = 0;
};

struct Attempt {
  int64_t trial_id = 0;
  uint32_t attempt_number = 0;
  AttemptState state = AttemptState::kLeased;
  std::string worker;
  std::vector<std::string> slots;  // one a rank; those of other workers as WORKER/SLOT
  int64_t lease_duration_ms = 0;   // never a deadline
  int64_t start_step = 0;          // step it resumed at
  uint64_t last_sequence = 0;      // events on disk up to here
  int64_t last_step = 0;
  std::string directory;  // on its worker
  std::string mask_hash;  // XXH3-64 of its mask file, once reported
  std::optional<Failure> failure;
  int32_t exit_code = 0;
  int64_t create_time = 0;
  int64_t end_time = 0;
};

// The log of transitions: `sequence` has no gap over the whole database.
struct Event {
  uint64_t sequence = 0;  // given by the store
  int64_t time = 0;
  std::string kind;  // "sweep.created", "trial.leased", …
  int64_t sweep_id = 0;
  int64_t trial_id = 0;  // 0 = about the sweep
  uint32_t attempt_number = 0;
  std::string json;  // details
};

struct MetricPoint {
  int64_t step = 0;
  double value = 0;
};

// One row per (attempt, metric, reported batch).
struct MetricChunk {
  int64_t trial_id = 0;
  uint32_t attempt_number = 0;
  std::string metric;
  std::vector<MetricPoint> points;  // by step, not empty
};

// Running aggregate per trial and metric over the points that are not superseded.
struct MetricAggregate {
  int64_t trial_id = 0;
  std::string metric;
  int64_t count = 0;
  double min = 0;
  double max = 0;
  double last = 0;
  int64_t last_step = 0;
};

struct MaskMatrixRow {
  std::string name;
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t ones = 0;
  std::string hash;  // XXH3-64 of the packed bits
};

}  // namespace sparsweep::store
