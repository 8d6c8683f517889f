// The commands against services in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/client.h"
#include "cli/commands/outcome.h"
#include "cli/dispatch.h"
#include "cli/exit_code.h"
#include "cli/stop_signals.h"
#include "nlohmann/json.hpp"
#include "tests/cli/sample_sweep.h"
#include "tests/support/fake_api.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() {
    const Progress sample = SampleProgress();
    data_.sweeps = {sample.sweep};
    data_.trials = sample.trials;
    data_.points = sample.front.points;
  }

  int Call(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--server", api_.address()});
    return CallAlone(arguments);
  }
  int CallAlone(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = Dispatch(arguments, {out, err});
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  std::string SweepFileWith(const std::string& yaml) {
    std::string path = folder_.path() + "/sweep.yaml";
    std::ofstream(path) << yaml;
    return path;
  }

  StopSignals blocked_;  // also in the threads of the services, or a signal would end the test
  test::TemporaryFolder folder_;
  test::FakeApiData data_;
  test::FakeApi api_{&data_};
  std::string out_;
  std::string err_;
};

TEST_F(CommandsTest, ListSweeps) {
  data_.sweeps.push_back(data_.sweeps[0]);
  data_.sweeps.push_back(data_.sweeps[0]);
  data_.sweeps[2].set_name("third, on the second page");
  ASSERT_EQ(Call({"list"}), kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("quickstart                 running       8          3       1  "
                              "accuracy  -\n"));
  EXPECT_THAT(out_, HasSubstr("\nthird, on the second page"));
  ASSERT_EQ(Call({"list", "-o", "csv"}), kOk);
  EXPECT_THAT(out_, HasSubstr("\n\"third, on the second page\",running,8,3,1,accuracy,\n"));
  ASSERT_EQ(Call({"list", "-o", "json"}), kOk);
  EXPECT_EQ(nlohmann::json::parse(out_)["sweeps"].size(), 3);
}

TEST_F(CommandsTest, ListTrialsOfASweepJoinsPages) {
  ASSERT_EQ(Call({"list", "quickstart", "-o", "json"}), kOk) << err_;
  const auto json = nlohmann::json::parse(out_);
  EXPECT_EQ(json["sweep"], "quickstart");
  ASSERT_EQ(json["trials"].size(), 8);
  EXPECT_EQ(json["trials"][7]["name"], "t-000008");
  EXPECT_EQ(json["trials"][4]["lambda"], 2000);
  EXPECT_EQ(json["trials"][0]["lambda"], nullptr);
}

TEST_F(CommandsTest, FrontHasTheDocumentedForm) {
  ASSERT_EQ(Call({"front", "quickstart", "-o", "json"}), kOk) << err_;
  const auto json = nlohmann::ordered_json::parse(out_);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, testing::ElementsAre("sweep", "metric", "points"));
  EXPECT_EQ(json["points"][0].dump(),
            R"({"trial":"t-000001","method":"dense","seed":1,"mask_density":1.0,)"
            R"("remaining_weights":1.0,"score":0.749,"lambda":null,"variant":null})");
  EXPECT_EQ(json["points"].size(), 3);
}

TEST_F(CommandsTest, FrontWithoutATerminalHasNoPlot) {
  ASSERT_EQ(Call({"front", "quickstart"}), kOk);
  EXPECT_EQ(out_,
            "trial     method     seed  density  remaining  accuracy  λ  variant\n"
            "t-000001  dense         1    100 %      100 %     0.749  -  -\n"
            "t-000002  magnitude     1     10 %     10.9 %     0.666  -  -\n"
            "t-000003  movement      1      3 %        4 %     0.623  -  -\n");
}

TEST_F(CommandsTest, ShowTrialWithItsMasks) {
  auto& matrices = data_.masks["t-000003"];
  for (int layer = 0; layer < 3; ++layer) {
    auto& matrix = matrices.emplace_back();
    matrix.set_name("encoder.layer." + std::to_string(layer) + ".output.dense.weight");
    matrix.set_rows(384);
    matrix.set_columns(1536);
    matrix.set_ones(58982);
    matrix.set_hash("00ff");
  }
  ASSERT_EQ(Call({"show", "t-000003"}), kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("\nscore              0.623\n"));
  EXPECT_THAT(out_,
              HasSubstr("encoder.layer.2.output.dense.weight   384     1536  58982     10 %"));
  ASSERT_EQ(Call({"show", "t-000003", "-o", "json"}), kOk);
  EXPECT_EQ(nlohmann::json::parse(out_)["matrices"].size(), 3);
}

TEST_F(CommandsTest, ShowTrialWithoutMasks) {
  ASSERT_EQ(Call({"show", "t-000004"}), kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("failure_message    loss is not finite at step 120\n"));
  EXPECT_THAT(out_, Not(HasSubstr("matrix")));
}

TEST_F(CommandsTest, ShowSweep) {
  ASSERT_EQ(Call({"show", "quickstart"}), kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("state           running\n"));
  EXPECT_THAT(out_, HasSubstr("t-000008"));
}

TEST_F(CommandsTest, CancelSaysWhatIsLeft) {
  ASSERT_EQ(Call({"cancel", "quickstart"}), kOk) << err_;
  EXPECT_EQ(out_, "quickstart: canceled, 0 trials canceled, 3 succeeded\n");
}

TEST_F(CommandsTest, UnknownNamesExitWith3) {
  EXPECT_EQ(Call({"show", "unheard-of"}), kNotFound);
  EXPECT_EQ(err_, "sparsweep: no sweep 'unheard-of'\n");
  EXPECT_EQ(Call({"show", "t-000099"}), kNotFound);
  EXPECT_EQ(Call({"list", "unheard-of"}), kNotFound);
  EXPECT_EQ(Call({"cancel", "unheard-of"}), kNotFound);
  EXPECT_EQ(Call({"submit", folder_.path() + "/absent.yaml"}), kNotFound);
  EXPECT_EQ(Call({"submit", SweepFileWith("name: caf\xe9\n")}), kUsage);
  EXPECT_NE(err_.find("sweep.yaml: not UTF-8 text; save it as UTF-8"), std::string::npos) << err_;
  EXPECT_EQ(CallAlone({"list", "--data", folder_.path()}), kNotFound);
}

TEST_F(CommandsTest, SubmitSendsFileAndFolder) {
  ASSERT_EQ(Call({"submit", SweepFileWith("name: quickstart\n")}), kOk) << err_;
  EXPECT_EQ(out_, "quickstart: submitted, 8 trials\n");
  ASSERT_EQ(data_.submitted.size(), 1);
  EXPECT_EQ(data_.submitted[0].yaml(), "name: quickstart\n");
  EXPECT_EQ(data_.submitted[0].base_directory(), folder_.path());
  EXPECT_EQ(data_.submitted[0].file_name(), folder_.path() + "/sweep.yaml");
  EXPECT_FALSE(data_.submitted[0].validate_only());
  EXPECT_EQ(data_.submitted[0].request_id().size(), 36);
}

TEST_F(CommandsTest, DryRunStoresNothing) {
  ASSERT_EQ(Call({"submit", "--dry-run", SweepFileWith("name: quickstart\n")}), kOk) << err_;
  EXPECT_TRUE(data_.submitted.at(0).validate_only());
}

TEST_F(CommandsTest, WrongSweepFileExitsWith2AndItsName) {
  const std::string path = SweepFileWith("nam: x\n");
  data_.submit_error = absl::InvalidArgumentError("unknown key 'nam'");
  EXPECT_EQ(Call({"submit", path}), kUsage);
  EXPECT_EQ(err_, "sparsweep: " + path + ": unknown key 'nam'\n");
}

TEST_F(CommandsTest, OtherContentExitsWith4AndBothRemedies) {
  data_.submit_error = absl::AlreadyExistsError(
      "sweep 'quickstart' exists with other content; give this one another name");
  EXPECT_EQ(Call({"submit", SweepFileWith("name: quickstart\n")}), kConflict);
  EXPECT_THAT(err_, HasSubstr("another name"));
  EXPECT_THAT(err_, HasSubstr("--data DIR"));
}

TEST_F(CommandsTest, WaitFollowsToTheEnd) {
  int polls = 0;
  data_.on_get_sweep = [&] {
    if (++polls < 2) return;
    Progress progress = SampleProgress();
    progress.trials = {SucceededTrial(1, "dense", 1, 0.749),
                       SucceededTrial(5, "soft_movement", 0.1, 0.7)};
    Settle(&progress);
    progress.sweep.set_state(v1::SWEEP_STATE_SUCCEEDED);
    data_.sweeps = {progress.sweep};
    data_.trials = progress.trials;
    data_.points = progress.front.points;
  };
  EXPECT_EQ(Call({"submit", "--wait", SweepFileWith("name: quickstart\n")}), kOk) << err_;
  EXPECT_EQ(polls, 2);
  EXPECT_THAT(out_, HasSubstr("t-000005 soft_movement λ 2000: succeeded"));
  EXPECT_THAT(out_, HasSubstr("front of quickstart"));
  EXPECT_THAT(out_, HasSubstr("sparsweep show t-000001 --server " + api_.address()));
}

TEST_F(CommandsTest, WaitWithJsonKeepsStdoutForTheResult) {
  data_.sweeps[0].set_state(v1::SWEEP_STATE_SUCCEEDED);
  data_.trials.erase(data_.trials.begin() + 3, data_.trials.end());
  EXPECT_EQ(Call({"submit", "--wait", "-o", "json", SweepFileWith("name: quickstart\n")}), kOk);
  EXPECT_EQ(nlohmann::json::parse(out_)["points"].size(), 3);
  EXPECT_THAT(err_, HasSubstr("quickstart: succeeded\n"));
}

TEST_F(CommandsTest, FailedTrialsAndRejectedSweepsExitWith1) {
  data_.sweeps[0].set_state(v1::SWEEP_STATE_SUCCEEDED);
  EXPECT_EQ(Call({"submit", "--wait", SweepFileWith("name: quickstart\n")}), kFailure);
  EXPECT_THAT(err_, HasSubstr("1 of 8 trials failed\n"));
  EXPECT_THAT(err_, HasSubstr("t-000004  movement         3  numeric  NOT_FINITE  loss is not"));

  data_.sweeps[0].set_state(v1::SWEEP_STATE_REJECTED);
  data_.sweeps[0].set_error("model.path: /m is not there");
  EXPECT_EQ(Call({"submit", "--wait", SweepFileWith("name: quickstart\n")}), kFailure);
  EXPECT_THAT(err_, HasSubstr("quickstart: rejected: model.path: /m is not there; "));
}

TEST_F(CommandsTest, WaitTimesOutWith124) {
  EXPECT_EQ(Call({"submit", "--wait", "--timeout", "0.05", SweepFileWith("name: quickstart\n")}),
            kTimeout);
  EXPECT_THAT(err_, HasSubstr("quickstart goes on"));
}

TEST_F(CommandsTest, CtrlCLeavesTheSweepAlone) {
  data_.on_get_sweep = [] { kill(getpid(), SIGINT); };
  EXPECT_EQ(Call({"submit", "--wait", SweepFileWith("name: quickstart\n")}), kInterrupted);
  EXPECT_THAT(err_, HasSubstr("quickstart goes on"));
}

TEST_F(CommandsTest, NobodyThereExitsWith5) {
  EXPECT_EQ(CallAlone({"list", "--server", "unix:" + folder_.path() + "/absent.sock"}),
            kUnavailable);
  EXPECT_THAT(err_, HasSubstr("absent.sock does not answer"));
}

TEST_F(CommandsTest, HealthTellsWhetherTheServiceTakesCalls) {
  Client client(api_.address(), std::chrono::seconds(30));
  EXPECT_TRUE(client.CheckServing().ok());
  api_.SetServing(false);
  EXPECT_EQ(client.CheckServing().code(), absl::StatusCode::kUnavailable);
}

TEST(ShellQuoted, OnlyWhereNeeded) {
  EXPECT_EQ(ShellQuoted("sweeps/quick-start.yaml"), "sweeps/quick-start.yaml");
  EXPECT_EQ(ShellQuoted("my file"), "'my file'");
  EXPECT_EQ(ShellQuoted("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellQuoted(""), "''");
}

}  // namespace
}  // namespace sparsweep::cli
