#include "store/stored_state.h"

namespace sparsweep::store {

std::optional<Failure> ReadFailure(const Query& query, int column) {
  if (query.IsNull(column)) return std::nullopt;
  return Failure{.failure_class = query.Text(column),
                 .reason = query.Text(column + 1),
                 .field = query.Text(column + 2),
                 .value = query.Text(column + 3),
                 .message = query.Text(column + 4)};
}

}  // namespace sparsweep::store
