#include "tests/pruning_core/train/attempt.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/pruning_core/distributed/rank_threads.h"
#include "tests/support/virtual_time.h"

namespace sparsweep::test {

std::vector<std::pair<int64_t, double>> Attempt::Metric(const std::string& name) const {
  std::vector<std::pair<int64_t, double>> values;
  for (const auto& [step, metric] : All<contract::Metric>()) {
    if (metric.name == name) values.emplace_back(step, metric.value);
  }
  return values;
}

Attempt RunAttempt(const contract::TrialSpec& spec, int64_t stop_at, core::ProcessGroup* ranks) {
  at::set_num_threads(static_cast<int>(spec.threads));  // as the trainer does
  std::filesystem::create_directories(spec.directory);
  TestExecutor time;
  Attempt attempt{};
  int64_t asked = 0;
  core::FinePruner pruner(
      spec, {.emit =
                 [&](int64_t step, contract::EventBody body) {
                   attempt.events.push_back({attempt.events.size() + 1, step, std::move(body)});
                 },
             .stop_requested = [&] { return asked++ >= stop_at; },
             .clock = time,
             .ranks = ranks});
  attempt.outcome = pruner.Run();
  return attempt;
}

std::vector<Attempt> RunRankedAttempt(contract::TrialSpec spec, uint32_t ranks, int64_t stop_at) {
  spec.world = {.rank = 0, .size = ranks, .rendezvous = "localhost:1"};  // the threads have another
  std::vector<Attempt> attempts(ranks);
  RunRanks(ranks, [&](core::ProcessGroup& group) {
    contract::TrialSpec own = spec;
    own.world.rank = static_cast<uint32_t>(group.rank());
    attempts[own.world.rank] = RunAttempt(own, stop_at, ranks > 1 ? &group : nullptr);
  });
  return attempts;
}

contract::TrialSpec Again(contract::TrialSpec spec, const std::string& directory,
                          const std::string& resume_from) {
  ++spec.attempt_number;
  spec.directory = directory;
  spec.resume_from = resume_from;
  return spec;
}

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

void ExpectSameResult(const std::string& directory, const std::string& other, int64_t last_step) {
  for (const std::string& file :
       {std::string("/masks.safetensors"), std::string("/model/model.safetensors"),
        std::string("/").append(core::CheckpointFileName(last_step))}) {
    EXPECT_TRUE(Bytes(directory + file) == Bytes(other + file)) << file << " of " << directory;
  }
}

}  // namespace sparsweep::test
