// One attempt of a trial in this process, and what it said and left.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "pruning_core/train/fine_pruner.h"

namespace sparsweep::test {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

struct Attempt {
  core::FinePruner::Outcome outcome;
  std::vector<contract::TrainerEvent> events;

  // Events of one type with their steps.
  template <class Body>
  [[nodiscard]] std::vector<std::pair<int64_t, Body>> All() const {
    std::vector<std::pair<int64_t, Body>> found;
    for (const contract::TrainerEvent& event : events) {
      if (const auto* body = std::get_if<Body>(&event.body)) found.emplace_back(event.step, *body);
    }
    return found;
  }
  [[nodiscard]] std::vector<std::pair<int64_t, double>> Metric(const std::string& name) const;
  [[nodiscard]] double score() const { return All<contract::Finished>().front().second.score; }
};

// Runs the spec in a virtual time that stands still, with spec.threads; asked to stop before its
// step `stop_at`, counted from 0 within the attempt.
[[nodiscard]] Attempt RunAttempt(const contract::TrialSpec& spec, int64_t stop_at = kNever,
                                 core::ProcessGroup* ranks = nullptr);

// The spec's ranks as threads; what each of them said, by rank. Asked to stop in step `stop_at`.
[[nodiscard]] std::vector<Attempt> RunRankedAttempt(contract::TrialSpec spec, uint32_t ranks,
                                                    int64_t stop_at = kNever);

// The same trial as another attempt in FOLDER/NAME.
[[nodiscard]] contract::TrialSpec Again(contract::TrialSpec spec, const std::string& directory,
                                        const std::string& resume_from = "");

// The file's bytes; the test fails when there is none.
[[nodiscard]] std::string Bytes(const std::string& path);

// Expects masks, exported model and last checkpoint to be the same bytes in both attempts' folders.
void ExpectSameResult(const std::string& directory, const std::string& other, int64_t last_step);

}  // namespace sparsweep::test
