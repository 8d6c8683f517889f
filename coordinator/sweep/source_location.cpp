#include "coordinator/sweep/source_location.h"

#include <fmt/format.h>

#include <utility>

#include "base/status.h"

namespace sparsweep::coordinator::sweep {

absl::Status ErrorAt(std::string_view file, Mark mark, std::string_view field,
                     std::string_view message) {
  base::ErrorReason reason{"INVALID_SWEEP",
                           {{"file", std::string(file)},
                            {"line", fmt::to_string(mark.line)},
                            {"column", fmt::to_string(mark.column)}}};
  if (!field.empty()) reason.metadata.emplace("field", field);
  return base::WithReason(absl::InvalidArgumentError(
                              fmt::format("{}:{}:{}: {}", file, mark.line, mark.column, message)),
                          reason);
}

}  // namespace sparsweep::coordinator::sweep
