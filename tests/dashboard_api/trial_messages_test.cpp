#include "dashboard_api/trial_messages.h"

#include <gtest/gtest.h>

#include "dashboard_api/trial_counts.h"
#include "google/protobuf/timestamp.pb.h"
#include "sparsweep/v1/sweep.pb.h"
#include "sparsweep/v1/trial.pb.h"
#include "tests/dashboard_api/demo_snapshot.h"

namespace sparsweep::dashboard_api {
namespace {

TEST(TrialMessagesTest, FillsASweep) {
  const auto snapshot = test::DemoSnapshot();
  v1::Sweep message;
  message.set_error("left over");
  FillSweep(*snapshot->FindSweep(test::kRunningSweep), &message);
  EXPECT_EQ(message.name(), test::kRunningSweep);
  EXPECT_EQ(message.state(), v1::SWEEP_STATE_RUNNING);
  EXPECT_EQ(message.metric(), "accuracy");
  EXPECT_EQ(message.goal(), "maximize");
  EXPECT_EQ(message.error(), "");
  EXPECT_EQ(message.counts().pending(), 1u);
  EXPECT_EQ(message.counts().active(), 2u);
  EXPECT_EQ(message.counts().succeeded(), 4u);
  EXPECT_EQ(message.counts().failed(), 1u);
  EXPECT_EQ(message.counts().canceled(), 0u);
  EXPECT_EQ(message.create_time().seconds(), 1'750'000'002);
  EXPECT_EQ(message.threads(), 3u);
  EXPECT_EQ(message.max_concurrent_trials(), 2u);
}

TEST(TrialMessagesTest, FillsARunningTrial) {
  const auto snapshot = test::DemoSnapshot();
  const auto [sweep, found] = snapshot->FindTrial(45);
  TrialView view = *found;
  view.row.variant = "teacher none";
  const TrialView* const trial = &view;
  v1::Trial message;
  FillTrial(*sweep, *trial, &message);
  EXPECT_EQ(message.name(), "t-000045");
  EXPECT_EQ(message.variant(), "teacher none");
  EXPECT_EQ(message.sweep(), test::kRunningSweep);
  EXPECT_EQ(message.position(), 5u);
  EXPECT_EQ(message.state(), v1::TRIAL_STATE_RUNNING);
  EXPECT_EQ(message.method(), "soft_movement");
  EXPECT_EQ(message.lambda(), 1300);
  EXPECT_FALSE(message.has_density());
  EXPECT_EQ(message.step(), 214);
  EXPECT_EQ(message.steps(), 300);
  EXPECT_EQ(message.score(), .671);
  EXPECT_EQ(message.mask_density(), .271);
  EXPECT_EQ(message.worker(), "laptop");
  EXPECT_EQ(message.examples_per_second(), 487.3);
  EXPECT_FALSE(message.has_failure());
}

TEST(TrialMessagesTest, LeavesOutWhatIsNotKnown) {
  const auto snapshot = test::DemoSnapshot();
  const auto [sweep, pending] = snapshot->FindTrial(47);
  v1::Trial message;
  FillTrial(*sweep, *pending, &message);
  EXPECT_EQ(message.state(), v1::TRIAL_STATE_PENDING);
  EXPECT_FALSE(message.has_score());
  EXPECT_FALSE(message.has_mask_density());
  EXPECT_FALSE(message.has_remaining_weights());

  FillTrial(*sweep, *snapshot->FindTrial(44).second, &message);
  EXPECT_EQ(message.failure().failure_class(), "numeric");
  EXPECT_EQ(message.failure().field(), "training.learning_rate");
}

}  // namespace
}  // namespace sparsweep::dashboard_api
