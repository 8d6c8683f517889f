#include "contract/trainer_event.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "contract/event_fields.h"
#include "contract/strict_json.h"

namespace sparsweep::contract {
namespace {

using nlohmann::json;

constexpr size_t kMaxBytes = 1 << 20;
constexpr double kUnbounded = std::numeric_limits<double>::max();

std::optional<EventBody> ReadBody(std::string_view type, EventFields& in) {
  if (type == "started") {
    return Started{.version = in.Text("version"),
                   .device = in.Text("device"),
                   .threads = static_cast<uint32_t>(in.Number("threads", 1, 65536)),
                   .numerics = in.Text("numerics"),
                   .prunable = in.Count("prunable", 0),
                   .total = in.Count("total", 0)};
  }
  if (type == "progress") {
    return Progress{.examples_per_second = in.Number("examples_per_second", 0, kUnbounded),
                    .eta_seconds = in.Number("eta_seconds", 0, kUnbounded)};
  }
  if (type == "metric") {
    return Metric{.name = in.MetricName("name"),
                  .value = in.Number("value", -kUnbounded, kUnbounded)};
  }
  if (type == "density") {
    return Density{.overall = in.Number("overall", 0, 1),
                   .remaining_weights = in.Number("remaining_weights", 0, 1),
                   .matrices = in.Counts("matrices")};
  }
  if (type == "checkpoint") {
    return CheckpointWritten{.file = in.FileName("file"), .hash = in.Hash("hash")};
  }
  if (type == "mask") return MaskWritten{.file = in.FileName("file"), .hash = in.Hash("hash")};
  if (type == "export") return Exported{.path = in.Text("path")};
  if (type == "warning") return Warning{.text = in.Text("text")};
  if (type == "finished") return Finished{.score = in.Number("score", -kUnbounded, kUnbounded)};
  if (type == "histogram") {
    Histogram histogram{.name = in.Text("name"),
                        .kind = in.Word("kind", {"weight", "score"}),
                        .low = in.Number("low", -kUnbounded, kUnbounded),
                        .high = 0,
                        .counts = in.Bins("counts")};
    histogram.high = in.Number("high", histogram.low, kUnbounded);
    return histogram;
  }
  if (type == "target_density") {
    return TargetDensity{.asked = in.Number("asked", 0, 1),
                         .before_cut = in.Number("before_cut", 0, 1),
                         .reached = in.Number("reached", 0, 1)};
  }
  if (type == "stage") {
    return Stage{
        .name = in.MetricName("name"), .done = in.Count("done", 0), .total = in.Count("total", 0)};
  }
  return std::nullopt;
}

using Out = nlohmann::ordered_json;

void Write(const Started& body, Out& out) {
  out.update({{"version", body.version},
              {"device", body.device},
              {"threads", body.threads},
              {"numerics", body.numerics},
              {"prunable", body.prunable},
              {"total", body.total}});
}
void Write(const Progress& body, Out& out) {
  out.update(
      {{"examples_per_second", body.examples_per_second}, {"eta_seconds", body.eta_seconds}});
}
void Write(const Metric& body, Out& out) {
  out.update({{"name", body.name}, {"value", body.value}});
}
void Write(const Density& body, Out& out) {
  out["overall"] = body.overall;
  out["remaining_weights"] = body.remaining_weights;
  out["matrices"] = body.matrices.empty() ? Out::object() : Out(body.matrices);
}
void Write(const CheckpointWritten& body, Out& out) {
  out.update({{"file", body.file}, {"hash", body.hash}});
}
void Write(const MaskWritten& body, Out& out) {
  out.update({{"file", body.file}, {"hash", body.hash}});
}
void Write(const Exported& body, Out& out) { out["path"] = body.path; }
void Write(const Warning& body, Out& out) { out["text"] = body.text; }
void Write(const Finished& body, Out& out) { out["score"] = body.score; }
void Write(const Histogram& body, Out& out) {
  out.update({{"name", body.name}, {"kind", body.kind}, {"low", body.low}, {"high", body.high}});
  out["counts"] = body.counts;
}
void Write(const TargetDensity& body, Out& out) {
  out.update({{"asked", body.asked}, {"before_cut", body.before_cut}, {"reached", body.reached}});
}
void Write(const Stage& body, Out& out) {
  out.update({{"name", body.name}, {"done", body.done}, {"total", body.total}});
}

}  // namespace

absl::StatusOr<TrainerEvent> ParseTrainerEvent(std::string_view line) {
  const auto parsed = ParseStrictJson(line, kMaxBytes, "event");
  if (!parsed.ok()) return parsed.status();
  if (!parsed->is_object()) return absl::InvalidArgumentError("event: not an object");
  EventFields in(*parsed);
  TrainerEvent event;
  event.sequence = static_cast<uint64_t>(in.Count("sequence", 1));
  event.step = in.Count("step", 0);
  const std::string type = in.Text("type");
  if (!in.status().ok()) return in.status();
  auto body = ReadBody(type, in);
  if (!body) return absl::InvalidArgumentError(fmt::format("event: unknown type {}", Shown(type)));
  if (!in.status().ok()) return in.status();
  event.body = *std::move(body);
  return event;
}

std::string ToJson(const TrainerEvent& event) {
  Out out;
  out["sequence"] = event.sequence;
  out["step"] = event.step;
  out["type"] = EventType(event.body);
  std::visit([&](const auto& body) { Write(body, out); }, event.body);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string_view EventType(const EventBody& body) {
  constexpr std::string_view kTypes[] = {"started",    "progress",  "metric",         "density",
                                         "checkpoint", "mask",      "export",         "warning",
                                         "finished",   "histogram", "target_density", "stage"};
  static_assert(std::size(kTypes) == std::variant_size_v<EventBody>);
  return kTypes[body.index()];
}

}  // namespace sparsweep::contract
