#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "cli/output/live_frame.h"
#include "cli/output/progress_view.h"
#include "cli/output/text.h"
#include "cli/output/trial_rows.h"
#include "tests/cli/sample_sweep.h"

namespace sparsweep::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Frame(const Progress& progress, const TerminalSize& size) {
  return absl::StrCat("\n", absl::StrJoin(LiveFrame(progress, size, false), "\n"), "\n");
}

TEST(LiveFrame, Sample80By40) {
  EXPECT_EQ(Frame(SampleProgress(), {80, 40}), R"(
quickstart  running  4 of 8 trials  1 failed
trial    method        target            step ex/s  ETA density accuracy state
t-000001 dense                ███████ 300/300             100 %    0.749 done
t-000002 magnitude       10 % ███████ 300/300              10 %    0.666 done
t-000003 movement        10 % ███████ 300/300               3 %    0.623 done
t-000004 movement        10 % ██▊──── 120/300                            failed
t-000005 soft_movement λ 2000 ███▎─── 142/300  212 0:24    34 %    0.512 running
t-000006 soft_movement λ 2000 ───────   0/300  212 0:24    34 %          running
t-000007 soft_movement λ 2000           0/300                            pending
t-000008 magnitude       10 %           0/300                            pending

██████████████████████▎─────────────────  55 %  425 ex/s  1:23 elapsed  ETA 2:05

accuracy against remaining weights
0.75 ┤────────────────────────────────────────────────────────────● dense 0.749
     │
     │
     │╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 95 %  0.712
0.70 ┤
     │
     │                      ▲
0.65 ┤
     │
     │     ◆
     │
0.60 ┤
     └┬────────┬───────────┬──────────┬──────┬────────┬───────────┬
      3 %     5 %        10 %       20 %   30 %     50 %        100 %
      ● dense  ▲ magnitude  ◆ movement
)");
}

TEST(LiveFrame, WideTerminalHasEveryColumn) {
  EXPECT_EQ(Frame(SampleProgress(), {100, 12}), R"(
quickstart  running  4 of 8 trials  1 failed
trial     method         target                 step  ex/s   ETA  density  accuracy  state
t-000001  dense                  ██████████  300/300                100 %     0.749  done
t-000002  magnitude        10 %  ██████████  300/300                 10 %     0.666  done
t-000003  movement         10 %  ██████████  300/300                  3 %     0.623  done
t-000004  movement         10 %  ████──────  120/300                                 failed
t-000005  soft_movement  λ 2000  ████▋─────  142/300   212  0:24     34 %     0.512  running
t-000006  soft_movement  λ 2000  ──────────    0/300   212  0:24     34 %            running
… 2 more trials

██████████████████████▎─────────────────  55 %  425 ex/s  1:23 elapsed  ETA 2:05
)");
}

TEST(LiveFrame, NarrowTerminalKeepsWhatMatters) {
  EXPECT_EQ(Frame(SampleProgress(), {48, 14}), R"(
quickstart  running  4 of 8 trials  1 failed
trial    method        target density accuracy
t-000001 dense                  100 %    0.749
t-000002 magnitude       10 %    10 %    0.666
t-000003 movement        10 %     3 %    0.623
t-000004 movement        10 %
t-000005 soft_movement λ 2000    34 %    0.512
t-000006 soft_movement λ 2000    34 %
t-000007 soft_movement λ 2000
t-000008 magnitude       10 %

████▍───  55 %  425 ex/s  1:23 elapsed  ETA 2:05
)");
}

TEST(LiveFrame, FitsEverySize) {
  Progress many = SampleProgress();
  for (int i = 9; i < 200; ++i) many.trials.push_back(SampleTrial(i, "movement"));
  for (const Progress& progress : {SampleProgress(), many, Progress()}) {
    for (int columns = 1; columns <= 160; columns += 9) {
      for (int rows = 2; rows <= 60; ++rows) {
        const auto lines = LiveFrame(progress, {columns, rows}, true);
        ASSERT_LE(lines.size(), static_cast<size_t>(rows - 1)) << rows;
        for (const std::string& line : lines) ASSERT_LE(DisplayWidth(line), columns) << line;
      }
    }
  }
}

TEST(LiveFrame, RunningTrialsStayInSightAmongMany) {
  Progress progress = SampleProgress();
  progress.trials.clear();
  for (int i = 1; i <= 50; ++i) progress.trials.push_back(SucceededTrial(i, "dense", 1, 0.7));
  progress.trials.push_back(RunningTrial(51, "movement", 3));
  for (int i = 52; i <= 100; ++i) progress.trials.push_back(SampleTrial(i, "movement"));
  const std::string frame = Frame(progress, {100, 12});
  EXPECT_THAT(frame, HasSubstr("t-000051"));
  EXPECT_THAT(frame, HasSubstr("t-000050"));  // the newest result
  EXPECT_THAT(frame, Not(HasSubstr("t-000001 ")));
  EXPECT_THAT(frame, HasSubstr("… 94 more trials"));
}

TEST(Bar, FillsInEighths) {
  EXPECT_EQ(Bar(0, 4, false), "────");
  EXPECT_EQ(Bar(0.5, 4, false), "██──");
  EXPECT_EQ(Bar(0.53125, 4, false), "██▏─");
  EXPECT_EQ(Bar(1, 4, false), "████");
  EXPECT_EQ(Bar(7, 4, false), "████");
}

TEST(LiveView, DrawsOverTheLastPictureAndGivesTheCursorBack) {
  std::ostringstream out;
  const auto view = NewLiveView(out, -1, false);  // no terminal: 80 × 24
  view->Update(SampleProgress());
  EXPECT_THAT(out.str(), StartsWith("\x1b[?2026h\x1b[?25lquickstart"));
  const size_t lines = LiveFrame(SampleProgress(), {}, false).size();
  out.str("");
  view->Update(SampleProgress());
  EXPECT_THAT(out.str(),
              StartsWith("\x1b[?2026h\x1b[?25l\x1b[" + std::to_string(lines) + "Fquickstart"));
  out.str("");
  view->Finish();
  EXPECT_EQ(out.str(), "\x1b[?25h");
  view->Finish();
  EXPECT_EQ(out.str(), "\x1b[?25h");
}

TEST(LineView, SaysStartEvaluationsAndEndOfEachTrial) {
  std::ostringstream out;
  const auto view = NewLineView(out);
  Progress progress = SampleProgress();
  progress.trials = {SampleTrial(1, "movement")};
  progress.sweep.set_state(v1::SWEEP_STATE_CHECKING);
  const auto update = [&](const v1::Trial& trial) {
    progress.trials = {trial};
    Settle(&progress);
    view->Update(progress);
  };
  update(SampleTrial(1, "movement"));
  progress.sweep.set_state(v1::SWEEP_STATE_RUNNING);
  update(RunningTrial(1, "movement", 0));
  update(RunningTrial(1, "movement", 10));  // no tenth: nothing to say
  update(RunningTrial(1, "movement", 33));
  v1::Trial scored = RunningTrial(1, "movement", 50);
  scored.set_score(0.5);
  update(scored);
  update(scored);
  progress.sweep.set_state(v1::SWEEP_STATE_SUCCEEDED);
  update(SucceededTrial(1, "movement", 0.1, 0.665));
  EXPECT_EQ(
      out.str(),
      "quickstart: checking\n"
      "quickstart: running\n"
      "t-000001 movement 10 %: started, attempt 1 on local\n"
      "t-000001 movement 10 %: step 33/300, density 34 %, 212 ex/s, ETA 0:24, sweep's ETA 2:05\n"
      "t-000001 movement 10 %: step 50/300, density 34 %, accuracy 0.500, 212 ex/s, ETA 0:24, "
      "sweep's ETA 2:05\n"
      "quickstart: succeeded\n"
      "t-000001 movement 10 %: succeeded, density 10 %, accuracy 0.665 (1 of 1 trials), "
      "sweep's ETA 2:05\n");
}

TEST(LineView, SaysAStageEveryFifth) {
  std::ostringstream out;
  const auto view = NewLineView(out);
  Progress progress = SampleProgress();
  progress.trials = {RunningTrial(1, "dense", 0)};
  for (const double share : {0.0, 0.1, 0.45, 0.59}) {
    progress.trials[0].set_stage("teacher");
    progress.trials[0].set_stage_share(share);
    view->Update(progress);
  }
  EXPECT_THAT(out.str(), HasSubstr("teacher 0 %"));
  EXPECT_THAT(out.str(), HasSubstr("teacher 40 %"));
  EXPECT_THAT(out.str(), Not(HasSubstr("teacher 20 %")));
}

TEST(LineView, SaysBothOfATrialThatCameAndWentBetweenUpdates) {
  std::ostringstream out;
  const auto view = NewLineView(out);
  Progress progress = SampleProgress();
  progress.eta_seconds = -1;
  progress.trials = {SampleTrial(1, "dense"), SucceededTrial(2, "movement", 0.1, 0.6)};
  view->Update(progress);
  out.str("");
  progress.trials[0] = SucceededTrial(1, "dense", 1, 0.7);
  view->Update(progress);
  EXPECT_EQ(out.str(),
            "t-000001 dense: started, attempt 1\n"
            "t-000001 dense: succeeded, density 100 %, accuracy 0.700 (2 of 2 trials)\n");
}

TEST(LineView, SaysWhyAnAttemptEnded) {
  std::ostringstream out;
  const auto view = NewLineView(out);
  Progress progress = SampleProgress();
  progress.trials = {RunningTrial(1, "dense", 150)};
  view->Update(progress);
  progress.trials[0].set_state(v1::TRIAL_STATE_PENDING);
  progress.trials[0].mutable_failure()->set_failure_class("lost_worker");
  progress.trials[0].mutable_failure()->set_message("the lease ran out");
  view->Update(progress);
  progress.trials = {FailedTrial(1, "dense", "loss is\nnot finite")};
  view->Update(progress);
  EXPECT_THAT(out.str(), HasSubstr("attempt 1 ended (lost_worker), goes on later: the lease ran "
                                   "out\n"));
  EXPECT_THAT(out.str(), HasSubstr("failed: loss is not finite (1 of 1 trials)"));
}

}  // namespace
}  // namespace sparsweep::cli
