#include "store/apply_mutation.h"

#include "store/attempt_table.h"
#include "store/event_table.h"
#include "store/metric_table.h"
#include "store/request_table.h"
#include "store/sweep_table.h"
#include "store/trial_table.h"

namespace sparsweep::store {
namespace {

struct Applier {
  Database& database;

  absl::Status operator()(const InsertSweep& insert) const { return Insert(database, insert); }
  absl::Status operator()(const InsertTrial& insert) const { return Insert(database, insert); }
  absl::Status operator()(const InsertAttempt& insert) const { return Insert(database, insert); }
  absl::Status operator()(const UpdateSweep& update) const { return Update(database, update); }
  absl::Status operator()(const UpdateTrial& update) const { return Update(database, update); }
  absl::Status operator()(const UpdateAttempt& update) const { return Update(database, update); }
  absl::Status operator()(const AppendEvent& append) const { return Append(database, append); }
  absl::Status operator()(const AppendMetrics& append) const {
    return AppendChunk(database, append.chunk);
  }
  absl::Status operator()(const SupersedeMetrics& supersede) const {
    return Supersede(database, supersede);
  }
  absl::Status operator()(const RememberRequest& request) const {
    return Remember(database, request);
  }
};

}  // namespace

absl::Status Apply(Database& database, const WriteBatch& batch) {
  for (const Mutation& mutation : batch.mutations) {
    if (absl::Status applied = std::visit(Applier{database}, mutation); !applied.ok()) {
      return applied;
    }
  }
  return absl::OkStatus();
}

}  // namespace sparsweep::store
