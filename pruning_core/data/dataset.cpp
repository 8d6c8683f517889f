#include "pruning_core/data/dataset.h"

namespace sparsweep::core {

void Dataset::Add(const Encoding& encoding, int32_t label) {
  ids_.insert(ids_.end(), encoding.ids.begin(), encoding.ids.end());
  offsets_.push_back(ids_.size());
  second_begins_.push_back(static_cast<uint32_t>(encoding.second_begin));
  labels_.push_back(label);
}

std::vector<uint32_t> Dataset::Lengths() const {
  std::vector<uint32_t> lengths(labels_.size());
  for (size_t row = 0; row < lengths.size(); ++row) {
    lengths[row] = static_cast<uint32_t>(offsets_[row + 1] - offsets_[row]);
  }
  return lengths;
}

}  // namespace sparsweep::core
