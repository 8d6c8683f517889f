#include "coordinator/search/grid.h"

namespace sparsweep::coordinator::search {

uint64_t GridSize(const sweep::Group& group, uint64_t limit) {
  uint64_t size = 1;
  for (const sweep::Axis& axis : group.axes) {
    if (axis.values.size() > limit / size) return limit + 1;
    size *= axis.values.size();
  }
  return size;
}

std::vector<const sweep::FieldValue*> GridElement(const sweep::Group& group, uint64_t index) {
  std::vector<const sweep::FieldValue*> element(group.axes.size());
  for (size_t i = group.axes.size(); i-- > 0;) {
    const auto& values = group.axes[i].values;
    element[i] = &values[index % values.size()];
    index /= values.size();
  }
  return element;
}

}  // namespace sparsweep::coordinator::search
