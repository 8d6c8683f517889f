// One line of events.jsonl: what a trainer says while it runs. The same line travels to the
// coordinator in ReportEvents.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace sparsweep::contract {

struct Started {
  std::string version;
  std::string device;
  uint32_t threads = 1;
  std::string numerics;
  int64_t prunable = 0;  // weights that a mask can drop
  int64_t total = 0;     // all weights of the model
};
struct Progress {
  double examples_per_second = 0;
  double eta_seconds = 0;
};
struct Metric {
  std::string name;  // [a-z0-9_]{1,64}, e.g. accuracy, loss
  double value = 0;  // finite
};
struct Density {
  double overall = 0;  // ones / prunable
  double remaining_weights =
      0;  // the reference's figure: encoder biases and LayerNorm count as kept
  std::map<std::string, int64_t> matrices;  // ones per matrix
};
struct CheckpointWritten {
  std::string file;  // name within the attempt's folder
  std::string hash;  // XXH3-64, 16 hex digits
};
struct MaskWritten {
  std::string file;
  std::string hash;
};
struct Exported {
  std::string path;
};
struct Warning {
  std::string text;
};
struct Finished {
  double score = 0;
};
// How the weights or scores of a matrix are spread.
struct Histogram {
  std::string name;             // of the matrix
  std::string kind;             // weight | score
  double low = 0;               // lower edge of the first bin
  double high = 0;              // upper edge of the last; >= low
  std::vector<int64_t> counts;  // 1 to 1024 bins of equal width
};
// How well a run met the density it was asked for.
struct TargetDensity {
  double asked = 0;
  double before_cut = 0;  // as steered, before the exact cut
  double reached = 0;
};
// A part of a run that is not a training step and takes long: teacher, evaluate.
struct Stage {
  std::string name;  // [a-z0-9_]{1,64}
  int64_t done = 0;
  int64_t total = 0;
};

using EventBody = std::variant<Started, Progress, Metric, Density, CheckpointWritten, MaskWritten,
                               Exported, Warning, Finished, Histogram, TargetDensity, Stage>;

struct TrainerEvent {
  uint64_t sequence = 0;  // 1, 2, … within the attempt, no gap
  int64_t step = 0;       // optimizer steps done
  EventBody body;
};

// {"sequence":7,"step":120,"type":"metric","name":"accuracy","value":0.7}. Types: started,
// progress, metric, density, checkpoint, mask, export, warning, finished, histogram,
// target_density, stage. A line is at most 1 MiB;
// unknown keys are ignored (newer trainers), an unknown type or a value out of range is
// INVALID_ARGUMENT.
[[nodiscard]] absl::StatusOr<TrainerEvent> ParseTrainerEvent(std::string_view line);
[[nodiscard]] std::string ToJson(const TrainerEvent& event);  // without the newline

// "metric" for a Metric, and so on.
[[nodiscard]] std::string_view EventType(const EventBody& body);

}  // namespace sparsweep::contract
