#include "pruning_core/verify/logit_checks.h"

#include <ATen/TensorOperators.h>

#include <string>
#include <utility>
#include <vector>

#include "pruning_core/verify/tensor_values.h"
#include "pruning_core/verify/tolerances.h"

namespace sparsweep::core {
namespace {

// The names that logits are stored under, and ours of each.
std::vector<std::pair<std::string, at::Tensor>> Parts(Head head, const at::Tensor& logits) {
  if (head != Head::kSpan) return {{"logits", logits.detach()}};
  return {{"start", logits.detach().select(2, 0)}, {"end", logits.detach().select(2, 1)}};
}

}  // namespace

void CompareFirstLogits(GoldenCase& golden, const at::Tensor& logits, Comparison& comparison) {
  for (const auto& [part, ours] : Parts(golden.file().head, logits)) {
    const std::string name = "logits0/" + part;
    if (!golden.Has(name)) continue;
    const at::Tensor stored = golden.Read(name, ours.sizes());
    comparison.Array(Quantity::kFirstLogits, {0, 0, name}, ValuesOf(ours.contiguous()),
                     ValuesOf(stored), tolerance::kFirstLogits);
  }
}

void CompareEvalLogits(GoldenCase& golden, const at::Tensor& logits, int64_t steps_done,
                       Comparison& comparison) {
  for (auto& [part, ours] : Parts(golden.file().head, logits)) {
    const std::string name = "eval/" + part;
    if (!golden.Has(name)) continue;
    at::Tensor stored = golden.Read(name, ours.sizes());
    if (golden.file().head == Head::kSpan) {
      ours = ours - ours.mean(1, true);
      stored = stored - stored.mean(1, true);
    }
    comparison.Array(Quantity::kEvalLogits, {-1, steps_done, name}, ValuesOf(ours.contiguous()),
                     ValuesOf(stored.contiguous()), tolerance::kEvalLogits);
  }
}

}  // namespace sparsweep::core
