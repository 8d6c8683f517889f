#include "contract/trainer_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "contract/strict_json.h"

namespace sparsweep::contract {
namespace {

using nlohmann::json;

constexpr size_t kMaxBytes = 1 << 20;
constexpr double kUnbounded = std::numeric_limits<double>::max();

// Fields of one event line; the first problem is kept and every later read returns its default.
class Fields {
 public:
  explicit Fields(const json& object) : object_(object) {}

  double Number(const char* key, double low, double high) {
    const json* const value = Find(key);
    if (value == nullptr) return 0;
    const double number = value->is_number() ? value->get<double>() : std::nan("");
    if (!(number >= low && number <= high)) {
      Keep(key, fmt::format("{} is not a number in range", Shown(*value)));
      return 0;
    }
    return number;
  }
  int64_t Count(const char* key, int64_t low) {
    const json* const value = Find(key);
    if (value == nullptr) return 0;
    return CountOf(key, *value, low);
  }
  std::string Text(const char* key) {
    const json* const value = Find(key);
    if (value == nullptr) return {};
    if (!value->is_string()) {
      Keep(key, fmt::format("{} is not a string", Shown(*value)));
      return {};
    }
    return value->get<std::string>();
  }
  // A file's name within the attempt's folder: it is joined to that folder by the reader.
  std::string FileName(const char* key) {
    std::string name = Text(key);
    if (problem_.empty() && (name.empty() || name == "." || name == ".." ||
                             name.find_first_of(std::string_view("/\0", 2)) != std::string::npos)) {
      Keep(key, fmt::format("{} is not a plain file name", Shown(name)));
    }
    return name;
  }
  std::string Hash(const char* key) {
    std::string hash = Text(key);
    if (problem_.empty() &&
        (hash.size() != 16 || hash.find_first_not_of("0123456789abcdef") != std::string::npos)) {
      Keep(key, fmt::format("{} is not 16 hex digits", Shown(hash)));
    }
    return hash;
  }
  std::string MetricName(const char* key) {
    std::string name = Text(key);
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    if (problem_.empty() && (name.empty() || name.size() > 64 ||
                             name.find_first_not_of(kLetters) != std::string::npos)) {
      Keep(key, fmt::format("{} is not 1 to 64 of [a-z0-9_]", Shown(name)));
    }
    return name;
  }
  std::map<std::string, int64_t> Counts(const char* key) {
    std::map<std::string, int64_t> counts;
    const json* const value = Find(key);
    if (value == nullptr) return counts;
    if (!value->is_object()) {
      Keep(key, "not an object");
      return counts;
    }
    for (const auto& [name, count] : value->items()) counts[name] = CountOf(key, count, 0);
    return counts;
  }

  [[nodiscard]] absl::Status status() const {
    return problem_.empty() ? absl::OkStatus() : absl::InvalidArgumentError(problem_);
  }

 private:
  const json* Find(const char* key) {
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    Keep(key, "missing");
    return nullptr;
  }
  int64_t CountOf(const char* key, const json& value, int64_t low) {
    constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
    if (!value.is_number_unsigned() || value.get<uint64_t>() > kMax || value.get<int64_t>() < low) {
      Keep(key, fmt::format("{} is not a whole number >= {}", Shown(value), low));
      return low;
    }
    return value.get<int64_t>();
  }
  void Keep(std::string_view key, std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("event: {}: {}", key, what);
  }

  const json& object_;
  std::string problem_;
};

std::optional<EventBody> ReadBody(std::string_view type, Fields& in) {
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

}  // namespace

absl::StatusOr<TrainerEvent> ParseTrainerEvent(std::string_view line) {
  const auto parsed = ParseStrictJson(line, kMaxBytes, "event");
  if (!parsed.ok()) return parsed.status();
  if (!parsed->is_object()) return absl::InvalidArgumentError("event: not an object");
  Fields in(*parsed);
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
  constexpr std::string_view kTypes[] = {"started", "progress", "metric",  "density", "checkpoint",
                                         "mask",    "export",   "warning", "finished"};
  static_assert(std::size(kTypes) == std::variant_size_v<EventBody>);
  return kTypes[body.index()];
}

}  // namespace sparsweep::contract
