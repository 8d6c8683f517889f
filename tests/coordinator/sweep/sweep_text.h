// A sweep file that is right, for tests to spoil in one place.
#pragma once

#include <string>
#include <string_view>

namespace sparsweep::test {

// Eight points. Lines: 1 name, 2 model, 3 task, 7 format, 9 training, 10 pruning, 11 groups,
// 12-15 one group each, 16 seeds.
inline constexpr char kSweepYaml[] = R"(name: words
model: {path: models/minilm, layers: 2, pooling: mean}
task:
  kind: classification
  train: words.train.tsv
  dev: /data/words.dev.tsv
  format: {layout: tsv, header: true, text: [definition], label: label}
  max_length: 32
training: {steps: 300, batch: 32, learning_rate: 5e-4, warmup_steps: 30, evaluate_every: 100}
pruning: {score_learning_rate: 5e-2}
groups:
  - {method: dense}
  - {method: magnitude, density: {values: [0.10, 0.03]}}
  - {method: movement, density: {values: [0.10, 0.03]}}
  - {method: soft_movement, lambda: {values: [1300, 2000, 3300]}}
seeds: [1]
metric: {name: accuracy, goal: maximize}
search: {kind: grid}
resources: {ranks: 1, threads: 1, max_concurrent_trials: 2}
max_restarts: 2
)";

// kSweepYaml with the first `from` replaced by `to`. `from` must occur.
std::string SweepYamlWith(std::string_view from, std::string_view to);

}  // namespace sparsweep::test
