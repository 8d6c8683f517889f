#include "pruning_core/models/head.h"

namespace sparsweep::core {

Head HeadOfTask(std::string_view kind) {
  if (kind == "span") return Head::kSpan;
  return kind == "regression" ? Head::kRegression : Head::kClassification;
}

std::string_view HeadName(Head head) { return head == Head::kSpan ? "qa_outputs" : "classifier"; }

int64_t HeadOutputs(Head head, int64_t labels) {
  if (head == Head::kClassification) return labels;
  return head == Head::kSpan ? 2 : 1;
}

}  // namespace sparsweep::core
