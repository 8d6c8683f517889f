// One line of events.jsonl: what a trainer says while it runs. The same line travels to the
// coordinator in ReportEvents.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

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

using EventBody = std::variant<Started, Progress, Metric, Density, CheckpointWritten, MaskWritten,
                               Exported, Warning, Finished>;

struct TrainerEvent {
  uint64_t sequence = 0;  // 1, 2, … within the attempt, no gap
  int64_t step = 0;       // optimizer steps done
  EventBody body;
};

// {"sequence":7,"step":120,"type":"metric","name":"accuracy","value":0.7}. Types: started,
// progress, metric, density, checkpoint, mask, export, warning, finished. A line is at most 1 MiB;
// unknown keys are ignored (newer trainers), an unknown type or a value out of range is
// INVALID_ARGUMENT.
[[nodiscard]] absl::StatusOr<TrainerEvent> ParseTrainerEvent(std::string_view line);
[[nodiscard]] std::string ToJson(const TrainerEvent& event);  // without the newline

// "metric" for a Metric, and so on.
[[nodiscard]] std::string_view EventType(const EventBody& body);

}  // namespace sparsweep::contract
