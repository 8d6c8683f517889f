#include "store/sweep_table.h"

#include "absl/strings/str_cat.h"

#include "store/guard.h"
#include "store/query.h"
#include "store/stored_state.h"

namespace sparsweep::store {

absl::Status Insert(Database& database, const InsertSweep& insert) {
  const Sweep& row = insert.row;
  return Query(database,
               "INSERT INTO sweeps(id, name, canonical_hash, yaml, canonical_json, request_id,"
               " state, metric, maximize, max_concurrent, max_restarts, input_hash, error,"
               " create_time, end_time) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
               row.id, row.name, row.canonical_hash, row.yaml, row.canonical_json, row.request_id,
               Name(row.state), row.metric, row.maximize, row.max_concurrent, row.max_restarts,
               row.input_hash, row.error, row.create_time, row.end_time)
      .Run();
}

absl::Status Update(Database& database, const UpdateSweep& update) {
  const Sweep& row = update.row;
  const std::string which = absl::StrCat("sweep \"", row.name, "\"");
  if (absl::Status move = CheckMove(update.from, row.state, which); !move.ok()) return move;
  absl::Status updated =
      Query(database,
            "UPDATE sweeps SET name = ?, canonical_hash = ?, yaml = ?, canonical_json = ?,"
            " request_id = ?, state = ?, metric = ?, maximize = ?, max_concurrent = ?,"
            " max_restarts = ?, input_hash = ?, error = ?, create_time = ?, end_time = ?"
            " WHERE id = ? AND state = ?",
            row.name, row.canonical_hash, row.yaml, row.canonical_json, row.request_id,
            Name(row.state), row.metric, row.maximize, row.max_concurrent, row.max_restarts,
            row.input_hash, row.error, row.create_time, row.end_time, row.id, Name(update.from))
          .Run();
  return updated.ok() ? CheckOneChanged(database, which, Name(update.from)) : updated;
}

absl::StatusOr<std::vector<Sweep>> LoadSweeps(Database& database) {
  Query query(database,
              "SELECT id, name, canonical_hash, yaml, canonical_json, request_id, state, metric,"
              " maximize, max_concurrent, max_restarts, input_hash, error, create_time, end_time"
              " FROM sweeps ORDER BY id");
  std::vector<Sweep> rows;
  while (query.Next()) {
    const auto state = ParseStored(ParseSweepState, query.Text(6), "sweep");
    if (!state.ok()) return state.status();
    rows.push_back({.id = query.Int(0),
                    .name = query.Text(1),
                    .canonical_hash = query.Text(2),
                    .yaml = query.Text(3),
                    .canonical_json = query.Text(4),
                    .request_id = query.Text(5),
                    .state = *state,
                    .metric = query.Text(7),
                    .maximize = query.Int(8) != 0,
                    .max_concurrent = static_cast<uint32_t>(query.Int(9)),
                    .max_restarts = static_cast<uint32_t>(query.Int(10)),
                    .input_hash = query.Text(11),
                    .error = query.Text(12),
                    .create_time = query.Int(13),
                    .end_time = query.Int(14)});
  }
  if (!query.status().ok()) return query.status();
  return rows;
}

}  // namespace sparsweep::store
