#include "coordinator/sweep/sweep_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "base/utf8.h"
#include "contract/nearest.h"
#include "contract/task_metrics.h"
#include "contract/validate.h"

namespace sparsweep::coordinator::sweep {
namespace {

constexpr std::string_view kNoTeacher = "none";
constexpr uint32_t kMaxRestarts = 1000;
constexpr uint32_t kMaxRanks = 256;
constexpr uint32_t kMaxConcurrentTrials = 1'000'000;

class Rules {
 public:
  Rules(const SweepSpec& spec, KeyReader& reader) : spec_(spec), reader_(reader) {}

  void Require(bool holds, const std::string& field, std::string_view problem) {
    if (!holds) reader_.Fail(MarkOf(field), field, fmt::format("{}: {}", field, problem));
  }
  void OneOf(const std::string& field, std::string_view word,
             const std::vector<std::string_view>& known) {
    Require(std::find(known.begin(), known.end(), word) != known.end(), field,
            fmt::format("unknown '{}'{}", base::ShortenUtf8(base::ValidUtf8(word), 64),
                        contract::NearestHint(word, known)));
  }
  void AtMost(const std::string& field, uint32_t value, uint32_t high) {
    Require(value <= high, field, fmt::format("{} is too many; give at most {}", value, high));
  }

 private:
  // Of the key, or of the nearest mapping around it.
  [[nodiscard]] Mark MarkOf(std::string field) const {
    for (;;) {
      if (const auto found = spec_.marks.find(field); found != spec_.marks.end()) {
        return found->second;
      }
      const size_t dot = field.rfind('.');
      if (field.empty()) return {1, 1};
      field.resize(dot == std::string::npos ? 0 : dot);
    }
  }

  const SweepSpec& spec_;
  KeyReader& reader_;
};

void CheckGroups(const SweepSpec& spec, Rules& rules) {
  rules.Require(!spec.groups.empty(), "groups", "none; give at least one, - {method: dense}");
  const bool default_method = spec.marks.contains("pruning.method");
  for (size_t i = 0; i < spec.groups.size(); ++i) {
    const auto& axes = spec.groups[i].axes;
    const bool method = std::any_of(axes.begin(), axes.end(),
                                    [](const Axis& axis) { return axis.field == "method"; });
    const std::string field = fmt::format("groups[{}]", i);
    rules.Require(method || default_method, field,
                  fmt::format("no method; give one of {}", fmt::join(contract::Methods(), ", ")));
    for (const Axis& axis : axes) {
      rules.Require(spec.search.kind != "list" || !axis.listed,
                    fmt::format("{}.{}", field, axis.field),
                    "search kind 'list' takes each group as one point; give one value, or "
                    "search: {kind: grid}");
    }
  }
}

}  // namespace

bool IsSweepName(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 63 && plain(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

void CheckRules(const SweepSpec& spec, KeyReader& reader) {
  Rules rules(spec, reader);
  rules.Require(!spec.name.empty(), "name", "missing; give the sweep a name of its own");
  rules.Require(IsSweepName(spec.name), "name",
                fmt::format("'{}' is not a sweep's name; give a lower-case letter or digit, then "
                            "up to 62 of a-z 0-9 . _ -",
                            base::ShortenUtf8(base::ValidUtf8(spec.name), 64)));
  rules.OneOf("metric.name", spec.metric.name, contract::MetricsOf(spec.task));
  rules.OneOf("metric.goal", spec.metric.goal, {"maximize", "minimize"});
  const std::string_view goal =
      contract::IsBetterWhenLarger(spec.metric.name) ? "maximize" : "minimize";
  rules.Require(spec.metric.goal == goal, "metric.goal",
                fmt::format("{} is not what {} is for; give {} or leave it out", spec.metric.goal,
                            spec.metric.name, goal));
  rules.OneOf("search.kind", spec.search.kind, {"grid", "list"});
  rules.Require(spec.resources.ranks >= 1, "resources.ranks", "0 is too few; give at least 1");
  rules.AtMost("resources.ranks", spec.resources.ranks, kMaxRanks);
  rules.AtMost("resources.max_concurrent_trials", spec.resources.max_concurrent_trials,
               kMaxConcurrentTrials);
  rules.AtMost("max_restarts", spec.max_restarts, kMaxRestarts);
  rules.Require(!spec.seeds.empty(), "seeds", "none; give at least one, [1]");
  std::set<uint64_t> seen;
  for (size_t i = 0; i < spec.seeds.size(); ++i) {
    rules.Require(seen.insert(spec.seeds[i]).second, fmt::format("seeds[{}]", i),
                  fmt::format("{} stands twice; give each seed once", spec.seeds[i]));
  }
  CheckGroups(spec, rules);
}

void ResolvePaths(const std::string& base_directory, SweepSpec& spec, KeyReader& reader) {
  Rules rules(spec, reader);
  const auto resolve = [&](const std::string& field, std::string& path) {
    if (path.empty()) return;  // contract/validate.h names it
    if (path.front() != '/') {
      rules.Require(!base_directory.empty(), field,
                    fmt::format("'{}' is relative and this coordinator does not know the file's "
                                "folder; give an absolute path",
                                base::ShortenUtf8(base::ValidUtf8(path), 200)));
      path = base_directory + "/" + path;
    }
    path = std::filesystem::path(path).lexically_normal().string();
    if (path.size() > 1 && path.back() == '/') path.pop_back();
  };
  const auto resolve_teacher = [&](const std::string& field, std::string& path) {
    if (path == kNoTeacher) path.clear();
    resolve(field, path);
  };
  resolve("model.path", spec.model.path);
  resolve("task.train", spec.task.train);
  resolve("task.dev", spec.task.dev);
  resolve("task.dev_mismatched", spec.task.dev_mismatched);
  resolve_teacher("training.teacher", spec.training.teacher);
  for (size_t i = 0; i < spec.groups.size(); ++i) {
    for (Axis& axis : spec.groups[i].axes) {
      if (axis.field != "teacher") continue;
      for (FieldValue& value : axis.values) {
        resolve_teacher(fmt::format("groups[{}].teacher", i), std::get<std::string>(value));
      }
    }
  }
}

}  // namespace sparsweep::coordinator::sweep
