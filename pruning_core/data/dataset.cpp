#include "pruning_core/data/dataset.h"

namespace sparsweep::core {

void Dataset::AddTokens(const Encoding& encoding) {
  ids_.insert(ids_.end(), encoding.ids.begin(), encoding.ids.end());
  offsets_.push_back(ids_.size());
  second_begins_.push_back(static_cast<uint32_t>(encoding.second_begin));
}

void Dataset::Add(const Encoding& encoding, int32_t label) {
  AddTokens(encoding);
  labels_.push_back(label);
}

void Dataset::AddValue(const Encoding& encoding, float value) {
  AddTokens(encoding);
  values_.push_back(value);
}

void Dataset::AddSpan(const Encoding& encoding, TokenSpan span) {
  AddTokens(encoding);
  spans_.push_back(span);
}

std::vector<uint32_t> Dataset::Lengths() const {
  std::vector<uint32_t> lengths(size());
  for (size_t row = 0; row < lengths.size(); ++row) {
    lengths[row] = static_cast<uint32_t>(offsets_[row + 1] - offsets_[row]);
  }
  return lengths;
}

}  // namespace sparsweep::core
