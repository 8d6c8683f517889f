#include "store/attempt_table.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "store/guard.h"
#include "store/query.h"
#include "store/stored_state.h"

namespace sparsweep::store {
namespace {

std::string ToJson(const std::vector<std::string>& slots) {
  return nlohmann::json(slots).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<std::vector<std::string>> ParseSlots(const std::string& json) {
  std::vector<std::string> slots;
  const nlohmann::json list = nlohmann::json::parse(json, nullptr, false);
  if (!list.is_array()) return absl::DataLossError("slots of an attempt are not a JSON array");
  for (const nlohmann::json& slot : list) {
    if (!slot.is_string()) return absl::DataLossError("a slot of an attempt is not a string");
    slots.push_back(slot.get<std::string>());
  }
  return slots;
}

// `condition` is one of ours, on a partial index.
absl::StatusOr<std::vector<Attempt>> LoadWhere(Database& database, const char* condition) {
  Query query(
      database,
      absl::StrCat("SELECT trial_id, attempt_number, state, worker, slots, lease_duration_ms,"
                   " start_step, last_sequence, last_step, directory, mask_hash, exit_code,"
                   " create_time, end_time, failure_class, failure_reason, failure_field,"
                   " failure_value, failure_message"
                   " FROM attempts WHERE ",
                   condition, " ORDER BY trial_id"));
  std::vector<Attempt> rows;
  while (query.Next()) {
    const auto state = ParseStored(ParseAttemptState, query.Text(2), "attempt");
    if (!state.ok()) return state.status();
    auto slots = ParseSlots(query.Text(4));
    if (!slots.ok()) return slots.status();
    rows.push_back({.trial_id = query.Int(0),
                    .attempt_number = static_cast<uint32_t>(query.Int(1)),
                    .state = *state,
                    .worker = query.Text(3),
                    .slots = *std::move(slots),
                    .lease_duration_ms = query.Int(5),
                    .start_step = query.Int(6),
                    .last_sequence = static_cast<uint64_t>(query.Int(7)),
                    .last_step = query.Int(8),
                    .directory = query.Text(9),
                    .mask_hash = query.Text(10),
                    .failure = ReadFailure(query, 14),
                    .exit_code = static_cast<int32_t>(query.Int(11)),
                    .create_time = query.Int(12),
                    .end_time = query.Int(13)});
  }
  if (!query.status().ok()) return query.status();
  return rows;
}

}  // namespace

absl::Status Insert(Database& database, const InsertAttempt& insert) {
  const Attempt& row = insert.row;
  return Query(database,
               "INSERT INTO attempts(trial_id, attempt_number, state, worker, slots,"
               " lease_duration_ms, start_step, last_sequence, last_step, directory, mask_hash,"
               " failure_class, failure_reason, failure_field, failure_value, failure_message,"
               " exit_code, create_time, end_time) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
               row.trial_id, row.attempt_number, Name(row.state), row.worker, ToJson(row.slots),
               row.lease_duration_ms, row.start_step, row.last_sequence, row.last_step,
               row.directory, row.mask_hash, row.failure, row.exit_code, row.create_time,
               row.end_time)
      .Run();
}

absl::Status Update(Database& database, const UpdateAttempt& update) {
  const Attempt& row = update.row;
  const std::string which =
      absl::StrCat("attempt ", row.attempt_number, " of trial ", row.trial_id);
  if (absl::Status move = CheckMove(update.from, row.state, which); !move.ok()) return move;
  absl::Status updated =
      Query(database,
            "UPDATE attempts SET state = ?, worker = ?, slots = ?, lease_duration_ms = ?,"
            " start_step = ?, last_sequence = ?, last_step = ?, directory = ?, mask_hash = ?,"
            " failure_class = ?, failure_reason = ?, failure_field = ?, failure_value = ?,"
            " failure_message = ?, exit_code = ?, create_time = ?, end_time = ?"
            " WHERE trial_id = ? AND attempt_number = ? AND state = ?",
            Name(row.state), row.worker, ToJson(row.slots), row.lease_duration_ms, row.start_step,
            row.last_sequence, row.last_step, row.directory, row.mask_hash, row.failure,
            row.exit_code, row.create_time, row.end_time, row.trial_id, row.attempt_number,
            Name(update.from))
          .Run();
  return updated.ok() ? CheckOneChanged(database, which, Name(update.from)) : updated;
}

absl::StatusOr<std::vector<Attempt>> LoadLiveAttempts(Database& database) {
  return LoadWhere(database, "state IN ('leased', 'running')");
}

absl::StatusOr<std::vector<Attempt>> LoadAcceptedAttempts(Database& database) {
  return LoadWhere(database, "state = 'accepted'");
}

}  // namespace sparsweep::store
