// case.json of a stored run: what was run and the numbers it gave. tests/golden/README.md describes
// the fields. No torch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/trial_spec.h"
#include "pruning_core/models/head.h"
#include "pruning_core/optim/hyperparameters.h"

namespace sparsweep::core {

// loss = weight · distance to the teacher + task_weight · task loss.
struct CaseDistillation {
  double weight = 0;
  double task_weight = 1;
  double temperature = 1;
};

// One entry a forward pass; optional ones are empty where the file has none.
struct ForwardSeries {
  std::vector<int64_t> schedule_step;  // optional
  std::vector<double> v, lambda;
  std::vector<double> threshold_used;  // optional: what the masks saw
  std::vector<double> task_loss;
  std::vector<double> distillation_loss;        // optional: T² included
  std::vector<double> regularizer;              // optional: R, without λ
  std::vector<double> loss;                     // with everything, divided by the accumulation
  std::vector<std::vector<int64_t>> mask_ones;  // optional: a number a matrix
  std::vector<double> mask_density;             // optional
};

// One entry an optimizer step.
struct StepSeries {
  std::vector<int64_t> last_forward;  // the one that closed the step
  std::vector<double> learning_rate, score_learning_rate;
  std::vector<double> gradient_norm;  // before clipping
};

struct CaseFile {
  std::string config;                             // JSON of the model's config
  std::optional<std::string> teacher_config;      // likewise; with distillation
  std::optional<int64_t> labels, teacher_labels;  // num_labels of the configs
  Head head = Head::kClassification;
  std::string method;              // the file's word
  contract::PruningSpec pruning;   // the same in ours, numerics: reference
  int64_t threshold_interval = 0;  // steps between global thresholds; 0 = not global
  bool regularized = false;
  uint64_t seed = 0;  // of l0's noise
  Hyperparameters hyper;
  int64_t accumulation = 1;
  std::optional<CaseDistillation> distillation;
  int64_t epochs = 1;
  int64_t forwards_per_epoch = 1;
  std::vector<std::string> matrices;  // in order; empty for dense
  std::vector<std::string> without_gradient, noise_only_gradient;
  ForwardSeries forwards;
  StepSeries steps;
  std::optional<double> eval_threshold;
  std::vector<int64_t> eval_mask_ones;  // optional
};

// `file` is named in errors. Throws UserError: BAD_CASE for anything missing, of a wrong type, or
// that this trainer does not have (a method, or its combination with a regularizer or a global
// threshold), and for a run without an optimizer step.
[[nodiscard]] CaseFile ParseCaseFile(std::string_view json, const std::string& file);

// The forwards that close an optimizer step. Groups are counted inside an epoch; what is left of
// one joins the first group of the next.
[[nodiscard]] std::vector<int64_t> GroupEnds(int64_t epochs, int64_t forwards_per_epoch,
                                             int64_t accumulation);

}  // namespace sparsweep::core
