#include "contract/trainer_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "contract/strict_json.h"

namespace sparsweep::contract {
namespace {

using nlohmann::json;

constexpr size_t kMaxBytes = 64 << 10;
constexpr size_t kMaxField =
    4 << 10;  // of one string when written: six of them stay below kMaxBytes
constexpr int kNeverFromTrainer = -1;

struct Row {
  FailureClass failure_class;
  std::string_view name;
  int exit_code;
};
constexpr std::array<Row, 9> kRows{{{FailureClass::kUser, "user", 2},
                                    {FailureClass::kOutOfMemory, "out_of_memory", 3},
                                    {FailureClass::kDevice, "device", 4},
                                    {FailureClass::kLostCollective, "lost_collective", 5},
                                    {FailureClass::kNumeric, "numeric", 6},
                                    {FailureClass::kDisk, "disk", 7},
                                    {FailureClass::kStopped, "stopped", 8},
                                    {FailureClass::kInternal, "internal", 70},
                                    {FailureClass::kLostWorker, "lost_worker", kNeverFromTrainer}}};

const Row& RowOf(FailureClass failure_class) {
  return *std::find_if(kRows.begin(), kRows.end(),
                       [&](const Row& row) { return row.failure_class == failure_class; });
}

// One line, bounded.
std::string Flat(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  if (text.size() > kMaxField) text.resize(kMaxField);
  return text;
}

}  // namespace

std::string_view FailureClassName(FailureClass failure_class) { return RowOf(failure_class).name; }

std::optional<FailureClass> ParseFailureClass(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.failure_class;
  }
  return std::nullopt;
}

int ExitCode(FailureClass failure_class) {
  const int code = RowOf(failure_class).exit_code;
  return code == kNeverFromTrainer ? RowOf(FailureClass::kInternal).exit_code : code;
}

std::optional<FailureClass> FailureClassOfExitCode(int exit_code) {
  for (const Row& row : kRows) {
    if (row.exit_code == exit_code && row.exit_code != kNeverFromTrainer) return row.failure_class;
  }
  return std::nullopt;
}

absl::StatusOr<TrainerError> ParseTrainerError(std::string_view text) {
  const auto parsed = ParseStrictJson(text, kMaxBytes, "error.json");
  if (!parsed.ok()) return parsed.status();
  if (!parsed->is_object()) return absl::InvalidArgumentError("error.json: not an object");
  TrainerError error;
  const auto read = [&](const char* key, std::string& into) {
    const auto found = parsed->find(key);
    if (found == parsed->end()) return true;
    if (!found->is_string()) return false;
    into = found->get<std::string>();
    return true;
  };
  std::string name;
  for (const auto& [key, into] : {std::pair<const char*, std::string*>{"class", &name},
                                  {"reason", &error.reason},
                                  {"field", &error.field},
                                  {"value", &error.value},
                                  {"message", &error.message},
                                  {"matrix", &error.matrix}}) {
    if (!read(key, *into)) {
      return absl::InvalidArgumentError(fmt::format("error.json: {} is not a string", key));
    }
  }
  const auto failure_class = ParseFailureClass(name);
  if (!failure_class) {
    return absl::InvalidArgumentError(fmt::format("error.json: unknown class {}", Shown(name)));
  }
  error.failure_class = *failure_class;
  if (const auto step = parsed->find("step"); step != parsed->end()) {
    if (!step->is_number_integer()) {
      return absl::InvalidArgumentError("error.json: step is not a whole number");
    }
    error.step = step->get<int64_t>();
  }
  return error;
}

std::string ToJson(const TrainerError& error) {
  const nlohmann::ordered_json object = {{"class", FailureClassName(error.failure_class)},
                                         {"reason", Flat(error.reason)},
                                         {"field", Flat(error.field)},
                                         {"value", Flat(error.value)},
                                         {"message", Flat(error.message)},
                                         {"step", error.step},
                                         {"matrix", Flat(error.matrix)}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace sparsweep::contract
