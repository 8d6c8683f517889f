#include "pruning_core/train/run_identity.h"

#include <gtest/gtest.h>

namespace sparsweep::core {
namespace {

contract::TrialSpec Spec() {
  contract::TrialSpec spec;
  spec.pruning.method = "movement";
  spec.pruning.density = 0.1;
  spec.training.steps = 100;
  spec.input_hash = "abc";
  return spec;
}

TEST(RunIdentityTest, NamesPathsAndReportingDoNotMatter) {
  contract::TrialSpec other = Spec();
  other.sweep = "another";
  other.trial = "t-000009";
  other.attempt_number = 7;
  other.model.path = "/elsewhere";
  other.task.train = "/elsewhere/a";
  other.task.dev = "/elsewhere/b";
  other.directory = "/elsewhere/c";
  other.resume_from = "/elsewhere/d";
  other.training.evaluate_every = 5;
  other.training.checkpoint_every = 5;
  EXPECT_EQ(RunIdentity(other), RunIdentity(Spec()));
  EXPECT_EQ(IdentityDifference(RunIdentity(other), RunIdentity(Spec())), "");
}

TEST(RunIdentityTest, NamesTheFieldThatDiffers) {
  const std::string here = RunIdentity(Spec());
  contract::TrialSpec other = Spec();
  other.pruning.method = "magnitude";
  EXPECT_EQ(IdentityDifference(RunIdentity(other), here),
            "pruning.method is \"magnitude\" there and \"movement\" here");
  other = Spec();
  other.seed = 2;
  EXPECT_EQ(IdentityDifference(RunIdentity(other), here), "seed is 2 there and 1 here");
  other = Spec();
  other.input_hash = "xyz";
  EXPECT_EQ(IdentityDifference(RunIdentity(other), here),
            "input_hash is \"xyz\" there and \"abc\" here");
  other = Spec();
  other.threads = 2;
  EXPECT_EQ(IdentityDifference(RunIdentity(other), here), "threads is 2 there and 1 here");
}

TEST(RunIdentityTest, AnUnreadableIdentityDiffers) {
  const std::string here = RunIdentity(Spec());
  EXPECT_EQ(IdentityDifference("{", here), "its spec cannot be read");
  EXPECT_EQ(IdentityDifference("{}", here), "attempt_number is absent there and 1 here");
}

}  // namespace
}  // namespace sparsweep::core
