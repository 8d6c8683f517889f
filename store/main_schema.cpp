#include "store/schema.h"

namespace sparsweep::store {
namespace {

// Times are microseconds since the Unix epoch; 0 = not yet. seed is a 64-bit pattern. STRICT: a
// value of the wrong type is refused.
constexpr char kVersion1[] = R"sql(
CREATE TABLE generation(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  number INTEGER NOT NULL,           -- rises with every opening; the writer checks it in each transaction
  holder TEXT NOT NULL               -- who opened it last
) STRICT;
INSERT INTO generation(id, number, holder) VALUES(1, 0, '');

CREATE TABLE sweeps(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  canonical_hash TEXT NOT NULL,
  yaml TEXT NOT NULL,
  canonical_json TEXT NOT NULL,
  request_id TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK(state IN ('checking', 'running', 'succeeded', 'failed', 'rejected', 'canceled')),
  metric TEXT NOT NULL,
  maximize INTEGER NOT NULL CHECK(maximize IN (0, 1)),
  max_concurrent INTEGER NOT NULL,
  max_restarts INTEGER NOT NULL,
  input_hash TEXT NOT NULL,
  error TEXT NOT NULL,
  create_time INTEGER NOT NULL,
  end_time INTEGER NOT NULL
) STRICT;

CREATE TABLE trials(
  id INTEGER PRIMARY KEY,
  sweep_id INTEGER NOT NULL REFERENCES sweeps(id),
  position INTEGER NOT NULL,
  point_hash TEXT NOT NULL,
  spec_json TEXT NOT NULL,
  method TEXT NOT NULL,
  seed INTEGER NOT NULL,
  lambda REAL,
  density REAL,
  steps INTEGER NOT NULL,
  state TEXT NOT NULL
    CHECK(state IN ('pending', 'leased', 'running', 'succeeded', 'failed', 'canceled')),
  attempt_number INTEGER NOT NULL CHECK(attempt_number >= 0),
  restarts INTEGER NOT NULL CHECK(restarts >= 0),
  accepted_attempt INTEGER NOT NULL CHECK(accepted_attempt BETWEEN 0 AND attempt_number),
  step INTEGER NOT NULL,
  score REAL,
  mask_density REAL,
  remaining_weights REAL,
  failure_class TEXT,                -- NULL: no attempt has failed
  failure_reason TEXT,
  failure_field TEXT,
  failure_value TEXT,
  failure_message TEXT,
  create_time INTEGER NOT NULL,
  end_time INTEGER NOT NULL,
  UNIQUE(sweep_id, point_hash),
  UNIQUE(sweep_id, position)
) STRICT;

CREATE TABLE attempts(
  trial_id INTEGER NOT NULL REFERENCES trials(id),
  attempt_number INTEGER NOT NULL CHECK(attempt_number > 0),
  state TEXT NOT NULL
    CHECK(state IN ('leased', 'running', 'accepted', 'failed', 'lost', 'canceled')),
  worker TEXT NOT NULL,
  slots TEXT NOT NULL,               -- JSON array of names
  lease_duration_ms INTEGER NOT NULL,
  start_step INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  directory TEXT NOT NULL,
  mask_hash TEXT NOT NULL,
  failure_class TEXT,
  failure_reason TEXT,
  failure_field TEXT,
  failure_value TEXT,
  failure_message TEXT,
  exit_code INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  end_time INTEGER NOT NULL,
  PRIMARY KEY(trial_id, attempt_number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_live_attempt ON attempts(trial_id) WHERE state IN ('leased', 'running');
CREATE UNIQUE INDEX one_accepted_attempt ON attempts(trial_id) WHERE state = 'accepted';

CREATE TABLE events(
  sequence INTEGER PRIMARY KEY,      -- 1, 2, 3, … without a gap
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  sweep_id INTEGER NOT NULL,
  trial_id INTEGER NOT NULL,         -- 0: about the sweep
  attempt_number INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE metric_chunks(
  id INTEGER PRIMARY KEY,
  trial_id INTEGER NOT NULL,
  attempt_number INTEGER NOT NULL,
  metric TEXT NOT NULL,
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL CHECK(last_step >= first_step),
  count INTEGER NOT NULL CHECK(count > 0),
  min REAL,                          -- NULL: every value is NaN
  max REAL,
  last REAL,
  superseded INTEGER NOT NULL CHECK(superseded IN (0, 1)),
  points BLOB NOT NULL,              -- store/metric_points.h
  FOREIGN KEY(trial_id, attempt_number) REFERENCES attempts(trial_id, attempt_number)
) STRICT;
CREATE INDEX metric_chunks_by_step ON metric_chunks(trial_id, metric, superseded, last_step);

CREATE TABLE metric_aggregates(
  trial_id INTEGER NOT NULL REFERENCES trials(id),
  metric TEXT NOT NULL,
  count INTEGER NOT NULL,
  min REAL,
  max REAL,
  last REAL,
  last_step INTEGER NOT NULL,
  PRIMARY KEY(trial_id, metric)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests(
  id INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL,
  method TEXT NOT NULL,
  response BLOB NOT NULL,
  time INTEGER NOT NULL,
  UNIQUE(request_id, method)
) STRICT;
CREATE INDEX requests_by_time ON requests(time);
)sql";

constexpr char kVersion2[] = "ALTER TABLE trials ADD COLUMN variant TEXT NOT NULL DEFAULT ''";

}  // namespace

const Schema& MainSchema() {
  static const auto* schema = new Schema{0x53505357, "database", {kVersion1, kVersion2}};  // "SPSW"
  return *schema;
}

}  // namespace sparsweep::store
