// What one attempt of a trial trains: the C++ side of the proto message TrialSpec.
//
// The worker hands a trial to the trainer as the JSON form of that message (proto field names,
// defaults printed, 64-bit integers as number or string). Plain values: no owner, no thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::contract {

struct ModelSpec {
  std::string path;  // an HF directory: config.json, model.safetensors, vocab.txt or tokenizer.json
  uint32_t layers = 0;  // first n encoder layers; 0 = all
  std::string pooling =
      "cls";  // cls (first token through the pooler) | mean (over the tokens that are not padding)

  bool operator==(const ModelSpec&) const = default;
};

struct FormatSpec {
  std::string layout = "tsv";     // tsv | csv | jsonl | squad | glue/NAME, one of Layouts()
  bool header = true;             // tsv, csv: the first line names the columns
  std::vector<std::string> text;  // tsv, csv, jsonl: one or two column names
  std::string label = "label";    // tsv, csv, jsonl: column name

  bool operator==(const FormatSpec&) const = default;
};

struct TaskSpec {
  std::string kind = "classification";  // classification | regression | span
  std::string train;
  std::string dev;
  FormatSpec format;
  uint32_t max_length = 128;  // tokens, [CLS] and [SEP] included
  uint32_t dev_limit = 0;     // first n dev examples; 0 = all
  std::vector<std::string>
      labels;  // the allowed labels in order; empty = those of the training file, sorted
  std::string dev_mismatched;         // glue/mnli: the second evaluation file, or empty
  uint32_t stride = 128;              // span: tokens that neighbouring windows of a context share
  uint32_t max_answer_length = 30;    // span: tokens
  uint32_t n_best = 20;               // span: candidates for start and end of an answer
  double null_score_threshold = 0.0;  // span: score by which "no answer" must win

  bool operator==(const TaskSpec&) const = default;
};

struct TrainingSpec {
  uint32_t steps = 0;
  uint32_t batch = 32;  // examples per optimizer step, over all ranks
  double learning_rate = 5e-5;
  std::optional<double> head_learning_rate;  // pooler and task head; absent = learning_rate
  double weight_decay = 0.0;
  double max_grad_norm = 1.0;     // joint over weights and scores; 0 = no clipping
  uint32_t warmup_steps = 0;      // of the learning rate and of the sparsity schedule
  uint32_t evaluate_every = 0;    // steps; 0 = at the end only
  uint32_t checkpoint_every = 0;  // steps; 0 = at the end only
  // fp32 | bf16 (the encoder's matrix products) | auto (bf16 where it is fast)
  std::string precision = "fp32";
  uint32_t accumulation = 1;         // micro-batches a step; each has batch / accumulation examples
  double dropout = 0.0;              // of hidden states, [0, 1)
  double attention_dropout = 0.0;    // of attention probabilities, [0, 1)
  std::string teacher;               // an HF directory with a head for the same task; empty = none
  double distillation_weight = 0.5;  // of the distance to the teacher
  double task_weight = 0.5;          // of the task's loss; 1 without a teacher
  double distillation_temperature = 2.0;  // T
  std::string keep = "last";              // last | best: the weights that are scored and exported
  uint32_t patience = 0;  // evaluations without a better metric before the end; 0 = no limit
  uint32_t checkpoint_budget_mib = 0;  // checkpoints to keep; two always; 0 = two

  bool operator==(const TrainingSpec&) const = default;
};

struct PruningSpec {
  std::string method = "dense";   // dense | magnitude | movement | soft_movement | l0
  std::optional<double> lambda;   // soft_movement, l0: final weight of the regularizer
  std::optional<double> density;  // magnitude, movement: final share of kept weights, (0, 1]
  double score_learning_rate = 1e-2;
  double initial_warmup = 1;          // i, in multiples of warmup_steps
  double final_warmup = 1;            // f, likewise
  double tau = 0.1;                   // soft_movement: keep where sigmoid(score) > tau
  std::string numerics = "standard";  // standard | reference
  std::string selection = "local";    // local (per matrix) | global; rank-based methods
  std::string structure = "weight";
  std::optional<double> target_density;    // every method but dense: density asked for, (0, 1]
  std::string score_init = "constant";     // constant | uniform | kaiming_uniform
  std::optional<double> score_init_scale;  // the constant, or half the width; absent = 2.197 for
                                           // l0, else 0 (constant) or 1 (uniform)
  std::string schedule = "cubic";          // cubic | one_shot; rank-based methods

  bool operator==(const PruningSpec&) const = default;
};

struct WorldSpec {
  uint32_t rank = 0;
  uint32_t size = 1;
  std::string rendezvous;

  bool operator==(const WorldSpec&) const = default;
};

struct TrialSpec {
  uint32_t schema = 1;
  std::string sweep;
  std::string trial;            // "t-000004"
  uint32_t attempt_number = 1;  // the fence
  uint64_t seed = 1;
  ModelSpec model;
  TaskSpec task;
  TrainingSpec training;
  PruningSpec pruning;
  WorldSpec world;
  std::string device = "cpu";  // cpu | cuda | cuda:N
  uint32_t threads = 1;
  std::string directory;    // the attempt's folder, the only place the trainer writes to
  std::string resume_from;  // a checkpoint file, or empty
  // Content of model and data as checked, without the teacher's, which not every trial of a sweep
  // has; empty = do not compare.
  std::string input_hash;
  std::string metric;           // the score of the trial; empty = PrimaryMetric(task)
  std::string cache_directory;  // shared by trials, for what depends on content only; empty = none

  bool operator==(const TrialSpec&) const = default;
};

// Reads the JSON form. INVALID_ARGUMENT names the field by its path ("training.steps"), the value
// and, for an unknown key, the nearest known one. Checks types and ranges of single fields only;
// see validate.h for the rest. At most 1 MiB is read.
[[nodiscard]] absl::StatusOr<TrialSpec> ParseTrialSpec(std::string_view json);

// The JSON form with every field printed, keys in the order of the proto. ParseTrialSpec(ToJson(s))
// == s.
[[nodiscard]] std::string ToJson(const TrialSpec& spec);

// Every key of the JSON form as a dotted path, for the test that holds it against the proto's
// descriptor.
[[nodiscard]] std::vector<std::string> TrialSpecKeys();

// "t-000004" for 4.
[[nodiscard]] std::string TrialName(int64_t trial_id);
// 4 for "t-000004"; nullopt for anything else.
[[nodiscard]] std::optional<int64_t> ParseTrialName(std::string_view name);

}  // namespace sparsweep::contract
