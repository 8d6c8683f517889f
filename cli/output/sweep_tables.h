// Which columns sweeps, trials, fronts and masks have.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/client.h"
#include "cli/output/table.h"

namespace sparsweep::cli {

[[nodiscard]] Table SweepTable(const std::vector<v1::Sweep>& sweeps);
// The score's title is the sweep's metric.
[[nodiscard]] Table TrialTable(const std::vector<v1::Trial>& trials, const std::string& metric);
// From dense to sparse.
[[nodiscard]] Table FrontTable(const Front& front);
[[nodiscard]] Table MatrixTable(const std::vector<v1::MaskMatrix>& matrices);
// The failed trials and why.
[[nodiscard]] Table FailureTable(const std::vector<v1::Trial>& trials);

// Every field that is set, in the order of the proto.
using Fields = std::vector<std::pair<std::string, Cell>>;
[[nodiscard]] Fields SweepFields(const v1::Sweep& sweep);
[[nodiscard]] Fields TrialFields(const v1::Trial& trial);
// "name   value" lines; fields without a value are left out.
[[nodiscard]] std::string ToText(const Fields& fields);

}  // namespace sparsweep::cli
