#include "pruning_core/train/resume_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

namespace fs = std::filesystem;

// Of the checkpoints in `folder` with a step below `limit`, newest first.
std::vector<std::string> OlderThan(int64_t limit, const fs::path& folder) {
  std::vector<std::pair<int64_t, std::string>> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto step = CheckpointStep(entry->path().filename().string());
    if (step && *step < limit) found.emplace_back(*step, entry->path().string());
  }
  std::ranges::sort(found, std::greater<>());
  std::vector<std::string> paths;
  for (auto& [step, path] : found) paths.push_back(std::move(path));
  return paths;
}

std::vector<std::string> Candidates(const std::string& resume_from) {
  constexpr int64_t kAny = std::numeric_limits<int64_t>::max();
  const fs::path path(resume_from);
  std::error_code error;
  if (fs::is_directory(path, error)) {
    std::vector<std::string> all = OlderThan(kAny, path);
    if (!all.empty()) return all;
    throw UserError("CHECKPOINT_NOT_FOUND", "resume_from", resume_from,
                    fmt::format("resume_from: there is no checkpoint in {}; give a folder with "
                                "checkpoint-STEP.safetensors, or start anew",
                                resume_from));
  }
  std::vector<std::string> candidates{resume_from};
  if (const auto step = CheckpointStep(path.filename().string())) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::ranges::move(OlderThan(*step, folder), std::back_inserter(candidates));
  }
  return candidates;
}

}  // namespace

ResumePoint FindResumePoint(const std::string& resume_from, const std::string& identity) {
  const std::vector<std::string> candidates = Candidates(resume_from);
  std::optional<UserError> first;
  std::vector<std::string> warnings;
  for (const std::string& path : candidates) {
    try {
      ResumePoint point{Checkpoint::Open(path, identity), {}};
      for (const std::string& damage : warnings) {
        point.warnings.push_back(fmt::format("{}; went on from {}", damage, path));
      }
      return point;
    } catch (const UserError& error) {
      if (error.reason() != "CHECKPOINT_DAMAGED") throw;
      if (!first) first = error;
      const std::string message = error.message();
      warnings.push_back(message.substr(0, message.rfind("; resume from")));
    }
  }
  throw UserError(*first);
}

}  // namespace sparsweep::core
