#include "store/trial_table.h"

#include "absl/strings/str_cat.h"

#include "store/guard.h"
#include "store/query.h"
#include "store/stored_state.h"

namespace sparsweep::store {

absl::Status Insert(Database& database, const InsertTrial& insert) {
  const Trial& row = insert.row;
  return Query(database,
               "INSERT INTO trials(id, sweep_id, position, point_hash, spec_json, method, seed,"
               " lambda, density, steps, state, attempt_number, restarts, accepted_attempt, step,"
               " score, mask_density, remaining_weights, failure_class, failure_reason,"
               " failure_field, failure_value, failure_message, create_time, end_time, variant)"
               " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
               row.id, row.sweep_id, row.position, row.point_hash, row.spec_json, row.method,
               row.seed, row.lambda, row.density, row.steps, Name(row.state), row.attempt_number,
               row.restarts, row.accepted_attempt, row.step, row.score, row.mask_density,
               row.remaining_weights, row.failure, row.create_time, row.end_time, row.variant)
      .Run();
}

absl::Status Update(Database& database, const UpdateTrial& update) {
  const Trial& row = update.row;
  const std::string which =
      absl::StrCat("trial ", row.id, " with attempt_number ", update.from_attempt_number);
  if (absl::Status move = CheckMove(update.from, row.state, which); !move.ok()) return move;
  absl::Status updated =
      Query(database,
            "UPDATE trials SET point_hash = ?, spec_json = ?, method = ?, seed = ?, lambda = ?,"
            " density = ?, steps = ?, state = ?, attempt_number = ?, restarts = ?,"
            " accepted_attempt = ?, step = ?, score = ?, mask_density = ?, remaining_weights = ?,"
            " failure_class = ?, failure_reason = ?, failure_field = ?, failure_value = ?,"
            " failure_message = ?, create_time = ?, end_time = ?, variant = ?"
            " WHERE id = ? AND state = ? AND attempt_number = ?",
            row.point_hash, row.spec_json, row.method, row.seed, row.lambda, row.density, row.steps,
            Name(row.state), row.attempt_number, row.restarts, row.accepted_attempt, row.step,
            row.score, row.mask_density, row.remaining_weights, row.failure, row.create_time,
            row.end_time, row.variant, row.id, Name(update.from), update.from_attempt_number)
          .Run();
  return updated.ok() ? CheckOneChanged(database, which, Name(update.from)) : updated;
}

absl::StatusOr<std::vector<Trial>> LoadTrials(Database& database) {
  Query query(database,
              "SELECT id, sweep_id, position, point_hash, spec_json, method, seed, lambda, density,"
              " steps, state, attempt_number, restarts, accepted_attempt, step, score,"
              " mask_density, remaining_weights, create_time, end_time, failure_class,"
              " failure_reason, failure_field, failure_value, failure_message, variant"
              " FROM trials ORDER BY sweep_id, position");
  std::vector<Trial> rows;
  while (query.Next()) {
    const auto state = ParseStored(ParseTrialState, query.Text(10), "trial");
    if (!state.ok()) return state.status();
    rows.push_back({.id = query.Int(0),
                    .sweep_id = query.Int(1),
                    .position = static_cast<uint32_t>(query.Int(2)),
                    .point_hash = query.Text(3),
                    .spec_json = query.Text(4),
                    .method = query.Text(5),
                    .seed = static_cast<uint64_t>(query.Int(6)),
                    .lambda = query.OptionalReal(7),
                    .density = query.OptionalReal(8),
                    .variant = query.Text(25),
                    .steps = query.Int(9),
                    .state = *state,
                    .attempt_number = static_cast<uint32_t>(query.Int(11)),
                    .restarts = static_cast<uint32_t>(query.Int(12)),
                    .accepted_attempt = static_cast<uint32_t>(query.Int(13)),
                    .step = query.Int(14),
                    .score = query.OptionalReal(15),
                    .mask_density = query.OptionalReal(16),
                    .remaining_weights = query.OptionalReal(17),
                    .failure = ReadFailure(query, 20),
                    .create_time = query.Int(18),
                    .end_time = query.Int(19)});
  }
  if (!query.status().ok()) return query.status();
  return rows;
}

}  // namespace sparsweep::store
