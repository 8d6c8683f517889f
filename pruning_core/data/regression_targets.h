// The labels of a regression as numbers.
#pragma once

#include <utility>
#include <vector>

#include "pruning_core/data/data_source.h"
#include "pruning_core/data/table_reader.h"

namespace sparsweep::core {

// One value an example, in order. `range`: the smallest and the largest value allowed; {0, 0}: any.
// Throws UserError (DATA_MALFORMED) with the number of labels that are not finite numbers of the
// range and the line and value of the first.
[[nodiscard]] std::vector<float> RegressionTargets(const std::vector<RawExample>& examples,
                                                   std::pair<double, double> range,
                                                   const DataSource& source);

}  // namespace sparsweep::core
