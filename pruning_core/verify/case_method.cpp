#include "pruning_core/verify/case_method.h"

#include <string>
#include <string_view>

#include "contract/nearest.h"

namespace sparsweep::core {
namespace {

struct KnownMethod {
  std::string_view word;         // in case.json
  std::string_view ours;         // pruning.method
  std::string_view regularizer;  // the one it may have
};
constexpr KnownMethod kMethods[] = {
    {"dense", "dense", ""},   {"magnitude", "magnitude", ""},
    {"topK", "movement", ""}, {"threshold", "movement", ""},
    {"l0", "l0", "l0"},       {"sigmoied_threshold", "soft_movement", "l1"},
};

const KnownMethod& FindMethod(const CaseFields& root, const std::string& word) {
  std::vector<std::string_view> words;
  for (const KnownMethod& method : kMethods) {
    if (method.word == word) return method;
    words.push_back(method.word);
  }
  root.Refuse("method", "'" + word + "' is not known" + contract::NearestHint(word, words));
}

}  // namespace

void ReadMethod(const CaseFields& root, CaseFile& file) {
  file.method = root.Word("method");
  const KnownMethod& method = FindMethod(root, file.method);
  const CaseFields hyper = root.Object("hyper");
  const bool global = hyper.Flag("global_topk");
  if (global != (file.method == "threshold")) {
    hyper.Refuse("global_topk", global ? "true is supported with method threshold only"
                                       : "method threshold is supported with global_topk only");
  }
  if (global) {
    file.threshold_interval = hyper.Has("global_topk_frequency_compute")
                                  ? hyper.Whole("global_topk_frequency_compute", 1, 1'000'000'000)
                                  : 25;
  }
  if (hyper.Has("regularization")) {
    const std::string regularizer = hyper.Word("regularization");
    if (regularizer != method.regularizer) {
      hyper.Refuse("regularization",
                   "'" + regularizer + "' is not supported with method " + file.method);
    }
    file.regularized = true;
  }
  if (file.method == "l0" && root.Has("noise") && root.Word("noise") != "splitmix64") {
    root.Refuse("noise", "'" + root.Word("noise") + "' is not splitmix64");
  }
  file.pruning.method = method.ours;
  file.pruning.selection = global ? "global" : "local";
  file.pruning.numerics = "reference";
}

}  // namespace sparsweep::core
