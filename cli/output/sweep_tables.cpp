#include "cli/output/sweep_tables.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "cli/output/text.h"
#include "cli/progress.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace sparsweep::cli {
namespace {

Cell Optional(bool present, double value) { return present ? Cell(value) : Cell(); }

Cell NotEmpty(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

template <class Message>
Cell CreateTime(const Message& message) {
  if (!message.has_create_time()) return {};
  return google::protobuf::util::TimeUtil::ToString(message.create_time());
}

Cell Unsigned(uint64_t value) { return value; }

// Where each runs, by rank; empty for one.
std::string Ranks(const v1::Trial& trial) {
  return trial.slots_size() > 1 ? fmt::format("{}", fmt::join(trial.slots(), " ")) : "";
}

}  // namespace

Table SweepTable(const std::vector<v1::Sweep>& sweeps) {
  Table table{{{"name", "sweep"},
               {"state", "state"},
               {"trials", "trials", Form::kNumber},
               {"succeeded", "succeeded", Form::kNumber},
               {"failed", "failed", Form::kNumber},
               {"metric", "metric"},
               {"create_time", "created"}},
              {}};
  for (const v1::Sweep& sweep : sweeps) {
    const v1::TrialCounts& counts = sweep.counts();
    table.rows.push_back({sweep.name(), StateName(sweep.state()),
                          Unsigned(counts.pending() + counts.active() + counts.succeeded() +
                                   counts.failed() + counts.canceled()),
                          Unsigned(counts.succeeded()), Unsigned(counts.failed()), sweep.metric(),
                          CreateTime(sweep)});
  }
  return table;
}

Table TrialTable(const std::vector<v1::Trial>& trials, const std::string& metric) {
  Table table{{{"name", "trial"},
               {"method", "method"},
               {"seed", "seed", Form::kNumber},
               {"lambda", "λ", Form::kNumber},
               {"density", "target", Form::kRatio},
               {"variant", "variant"},
               {"step", "step", Form::kNumber},
               {"steps", "of", Form::kNumber},
               {"mask_density", "density", Form::kRatio},
               {"remaining_weights", "remaining", Form::kRatio},
               {"score", metric, Form::kScore},
               {"state", "state"},
               {"attempt_number", "attempt", Form::kNumber},
               {"worker", "worker"}},
              {}};
  for (const v1::Trial& trial : trials) {
    table.rows.push_back({trial.name(), trial.method(), Unsigned(trial.seed()),
                          Optional(trial.has_lambda(), trial.lambda()),
                          Optional(trial.has_density(), trial.density()), NotEmpty(trial.variant()),
                          trial.step(), trial.steps(),
                          Optional(trial.has_mask_density(), trial.mask_density()),
                          Optional(trial.has_remaining_weights(), trial.remaining_weights()),
                          Optional(trial.has_score(), trial.score()), StateName(trial.state()),
                          Unsigned(trial.attempt_number()), NotEmpty(trial.worker())});
  }
  return table;
}

Table FrontTable(const Front& front) {
  Table table{{{"trial", "trial"},
               {"method", "method"},
               {"seed", "seed", Form::kNumber},
               {"mask_density", "density", Form::kRatio},
               {"remaining_weights", "remaining", Form::kRatio},
               {"score", front.metric, Form::kScore},
               {"lambda", "λ", Form::kNumber},
               {"variant", "variant"}},
              {}};
  std::vector<v1::FrontPoint> points = front.points;
  std::stable_sort(points.begin(), points.end(),
                   [](const v1::FrontPoint& a, const v1::FrontPoint& b) {
                     return a.remaining_weights() > b.remaining_weights();
                   });
  for (const v1::FrontPoint& point : points) {
    table.rows.push_back({point.trial(), point.method(), Unsigned(point.seed()),
                          point.mask_density(), point.remaining_weights(), point.score(),
                          Optional(point.has_lambda(), point.lambda()), NotEmpty(point.variant())});
  }
  return table;
}

Table MatrixTable(const std::vector<v1::MaskMatrix>& matrices) {
  Table table{{{"name", "matrix"},
               {"rows", "rows", Form::kNumber},
               {"columns", "columns", Form::kNumber},
               {"ones", "kept", Form::kNumber},
               {"density", "density", Form::kRatio},
               {"hash", "hash"}},
              {}};
  for (const v1::MaskMatrix& matrix : matrices) {
    const auto weights = static_cast<double>(matrix.rows()) * static_cast<double>(matrix.columns());
    table.rows.push_back({matrix.name(), matrix.rows(), matrix.columns(), matrix.ones(),
                          Optional(weights > 0, static_cast<double>(matrix.ones()) / weights),
                          matrix.hash()});
  }
  return table;
}

Table FailureTable(const std::vector<v1::Trial>& trials) {
  Table table{{{"name", "trial"},
               {"method", "method"},
               {"attempt_number", "attempts", Form::kNumber},
               {"class", "class"},
               {"reason", "reason"},
               {"message", "message"}},
              {}};
  for (const v1::Trial& trial : trials) {
    if (trial.state() != v1::TRIAL_STATE_FAILED) continue;
    const v1::Failure& failure = trial.failure();
    table.rows.push_back({trial.name(), trial.method(), Unsigned(trial.attempt_number()),
                          failure.failure_class(), failure.reason(), failure.message()});
  }
  return table;
}

Fields SweepFields(const v1::Sweep& sweep) {
  const v1::TrialCounts& counts = sweep.counts();
  return {{"name", sweep.name()},
          {"state", StateName(sweep.state())},
          {"metric", sweep.metric()},
          {"goal", sweep.goal()},
          {"pending", Unsigned(counts.pending())},
          {"active", Unsigned(counts.active())},
          {"succeeded", Unsigned(counts.succeeded())},
          {"failed", Unsigned(counts.failed())},
          {"canceled", Unsigned(counts.canceled())},
          {"error", NotEmpty(sweep.error())},
          {"create_time", CreateTime(sweep)},
          {"canonical_hash", sweep.canonical_hash()}};
}

Fields TrialFields(const v1::Trial& trial) {
  const v1::Failure& failure = trial.failure();
  return {{"name", trial.name()},
          {"sweep", trial.sweep()},
          {"state", StateName(trial.state())},
          {"method", trial.method()},
          {"seed", Unsigned(trial.seed())},
          {"lambda", Optional(trial.has_lambda(), trial.lambda())},
          {"density", Optional(trial.has_density(), trial.density())},
          {"variant", NotEmpty(trial.variant())},
          {"step", trial.step()},
          {"steps", trial.steps()},
          {"mask_density", Optional(trial.has_mask_density(), trial.mask_density())},
          {"remaining_weights", Optional(trial.has_remaining_weights(), trial.remaining_weights())},
          {"score", Optional(trial.has_score(), trial.score())},
          {"attempt_number", Unsigned(trial.attempt_number())},
          {"worker", NotEmpty(trial.worker())},
          {"ranks", NotEmpty(Ranks(trial))},
          {"directory", NotEmpty(trial.directory())},
          {"failure_class", NotEmpty(failure.failure_class())},
          {"failure_reason", NotEmpty(failure.reason())},
          {"failure_message", NotEmpty(failure.message())},
          {"create_time", CreateTime(trial)},
          {"point_hash", NotEmpty(trial.point_hash())}};
}

std::string ToText(const Fields& fields) {
  int width = 0;
  for (const auto& [name, value] : fields) width = std::max(width, DisplayWidth(name));
  std::string text;
  for (const auto& [name, value] : fields) {
    if (std::holds_alternative<std::monostate>(value)) continue;
    const std::string shown = std::visit(
        [](const auto& v) -> std::string {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>) {
            return "";
          } else {
            return fmt::format("{}", v);
          }
        },
        value);
    text += PadRight(name, width) + "  " + Printable(shown) + "\n";
  }
  return text;
}

}  // namespace sparsweep::cli
