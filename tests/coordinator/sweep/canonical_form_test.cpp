#include "coordinator/sweep/canonical_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "coordinator/sweep/sweep_parser.h"
#include "tests/coordinator/sweep/sweep_text.h"

namespace sparsweep::coordinator::sweep {
namespace {

std::string Canonical(std::string_view yaml) {
  const auto spec = ParseSweep({yaml, "/home/me/sweeps"});
  return spec.ok() ? CanonicalJson(*spec) : std::string(spec.status().message());
}

TEST(CanonicalForm, DoesNotDependOnHowTheFileIsWritten) {
  const std::string canonical = Canonical(test::kSweepYaml);
  EXPECT_EQ(canonical.front(), '{');
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"steps: 300, batch: 32", "batch: 32, steps: 300"},
           {"{method: dense}", "{ method:   dense }   # comment"},
           {"5e-4", "0.0005"},
           {"0.10", "0.1"},
           {"name: words", "'name': \"words\""},
           {"pruning: {score_learning_rate: 5e-2}", "pruning:\n  score_learning_rate: 0.05"},
           {"{method: magnitude, density: {values: [0.10, 0.03]}}",
            "{density: {values: [0.10, 0.03]}, method: magnitude}"},
           {"models/minilm", "/home/me/sweeps/models/minilm"},
           {"max_restarts: 2\n", ""},
       }) {
    EXPECT_EQ(Canonical(test::SweepYamlWith(from, to)), canonical) << to;
  }
}

TEST(CanonicalForm, DependsOnEveryValue) {
  const std::string canonical = Canonical(test::kSweepYaml);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"words", "others"},
           {"layers: 2", "layers: 3"},
           {"steps: 300", "steps: 301"},
           {"[0.10, 0.03]", "[0.03, 0.10]"},
           {"[1]", "[2]"},
           {"max_restarts: 2", "max_restarts: 3"},
           {"maximize", "minimize"},
           {"max_concurrent_trials: 2", "max_concurrent_trials: 3"},
       }) {
    EXPECT_NE(Canonical(test::SweepYamlWith(from, to)), canonical) << to;
  }
}

TEST(PointHash, CoversWhatDecidesTheResultAndNothingElse) {
  contract::TrialSpec spec;
  spec.pruning.method = "movement";
  const std::string hash = PointHash(spec);
  EXPECT_EQ(hash.size(), 64u);
  const auto with = [&spec](auto change) {
    contract::TrialSpec other = spec;
    change(other);
    return PointHash(other);
  };
  EXPECT_EQ(with([](auto& s) { s.sweep = "other"; }), hash);
  EXPECT_EQ(with([](auto& s) { s.attempt_number = 3; }), hash);
  EXPECT_EQ(with([](auto& s) { s.model.path = "/elsewhere"; }), hash);
  EXPECT_EQ(with([](auto& s) { s.training.checkpoint_every = 9; }), hash);
  EXPECT_EQ(with([](auto& s) { s.device = "cuda:1"; }), hash);
  EXPECT_NE(with([](auto& s) { s.seed = 2; }), hash);
  EXPECT_NE(with([](auto& s) { s.model.layers = 3; }), hash);
  EXPECT_NE(with([](auto& s) { s.task.dev_limit = 10; }), hash);
  EXPECT_NE(with([](auto& s) { s.training.steps = 10; }), hash);
  EXPECT_NE(with([](auto& s) { s.pruning.lambda = 1; }), hash);
  EXPECT_NE(with([](auto& s) { s.pruning.numerics = "reference"; }), hash);
  EXPECT_NE(with([](auto& s) { s.training.precision = "bf16"; }), hash);
  EXPECT_NE(with([](auto& s) { s.threads = 2; }), hash);
  EXPECT_NE(with([](auto& s) { s.world.size = 2; }), hash);
}

}  // namespace
}  // namespace sparsweep::coordinator::sweep
