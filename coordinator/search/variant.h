// What tells the points of one method apart besides λ, density and seed.
#pragma once

#include <vector>

#include "coordinator/search/points.h"

namespace sparsweep::coordinator::search {

// Sets each point's variant: of the training and pruning fields that differ among the points of its
// method, name and value, "teacher sst2-teacher, score_init uniform"; paths by their last part
// where that tells them apart.
// Empty where none differs. Pure; any thread.
void NameVariants(std::vector<Point>& points);

}  // namespace sparsweep::coordinator::search
