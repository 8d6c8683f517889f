#include "store/event_table.h"

#include "store/query.h"

namespace sparsweep::store {

absl::Status Append(Database& database, const AppendEvent& append) {
  const Event& event = append.event;
  return Query(database,
               "INSERT INTO events(sequence, time, kind, sweep_id, trial_id, attempt_number, json)"
               " VALUES((SELECT coalesce(max(sequence), 0) + 1 FROM events), ?, ?, ?, ?, ?, ?)",
               event.time, event.kind, event.sweep_id, event.trial_id, event.attempt_number,
               event.json)
      .Run();
}

absl::StatusOr<uint64_t> LastSequence(Database& database) {
  Query query(database, "SELECT max(sequence) FROM events");
  const bool found = query.Next();
  if (!query.status().ok()) return query.status();
  return found ? static_cast<uint64_t>(query.Int(0)) : 0;
}

}  // namespace sparsweep::store
