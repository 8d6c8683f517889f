// The elements of a group: the product of the values its fields have. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/sweep/sweep_spec.h"

namespace sparsweep::coordinator::search {

// Number of elements, or `limit` + 1 when there are more than `limit`.
[[nodiscard]] uint64_t GridSize(const sweep::Group& group, uint64_t limit);

// Element `index` < GridSize: one value per axis, in the order of group.axes; the last axis changes
// fastest. A group of single values, as every group of a `list` is, has one element.
[[nodiscard]] std::vector<const sweep::FieldValue*> GridElement(const sweep::Group& group,
                                                                uint64_t index);

}  // namespace sparsweep::coordinator::search
