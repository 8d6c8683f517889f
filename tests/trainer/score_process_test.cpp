// `sparsweep-trainer score` as a user calls it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"
#include "tests/trainer/child_process.h"

namespace sparsweep::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

class ScoreProcessTest : public ::testing::Test {
 private:
  const TemporaryFolder folder_;  // before what is written into it

 protected:
  std::string Write(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_.File(name), std::ios::binary) << bytes;
    return folder_.File(name);
  }
  Outcome Score(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "score");
    ChildProcess trainer(folder_.path(), arguments);
    const int code = trainer.Wait();
    return {code, trainer.Stdout(), trainer.Stderr()};
  }
  const std::string sst2_ = Write("sst2.tsv", "sentence\tlabel\na \t1\nb \t0\nc \t1\nd \t0\n");
  const std::string squad_ =
      Write("squad.json",
            R"({"version":"1.1","data":[{"paragraphs":[{"context":"aa bb","qas":[
      {"id":"q1","question":"x","answers":[{"text":"aa","answer_start":0}]},
      {"id":"q2","question":"x","answers":[{"text":"bb","answer_start":3}]}]}]}]})");
};

TEST_F(ScoreProcessTest, PrintsGlueAsFractions) {
  const std::string file = Write("labels", "1\n0\n0\n0\n");
  const auto [code, out, err] =
      Score({"--task", "glue/sst2", "--data", sst2_, "--predictions", file});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(out, "accuracy                 0.750000\n");
  EXPECT_THAT(err, IsEmpty());
}

TEST_F(ScoreProcessTest, PrintsSquadInPerCentAndWarnsOnStderr) {
  const std::string file = Write("answers", R"({"q1": "aa bb"})");
  const Outcome text = Score({"--predictions", file, "--data", squad_, "--task", "squad"});
  EXPECT_EQ(text.code, 0);
  EXPECT_EQ(text.out, "exact_match              0.0000\nf1                       33.3333\n");
  EXPECT_THAT(text.err, HasSubstr("warning: 1 of 2 questions have no prediction"));
  const Outcome json =
      Score({"--json", "--predictions", file, "--data", squad_, "--task", "squad"});
  const auto line = nlohmann::json::parse(json.out);
  EXPECT_EQ(line["task"], "squad");
  EXPECT_EQ(line["examples"], 2);
  EXPECT_DOUBLE_EQ(line["f1"], 100.0 / 3);
}

TEST_F(ScoreProcessTest, BadInputIsOneLineAndExitCode2) {
  const std::string labels = Write("labels", "1\n0\n0\n7\n");
  const std::string missing = labels + ".missing";
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows{
      {{"--task", "glue/sst2", "--data", sst2_, "--predictions", labels}, "'7' is no label"},
      {{"--task", "glue/sst2", "--data", sst2_, "--predictions", missing}, missing},
      {{"--task", "glue/sst2", "--data", missing, "--predictions", labels}, missing},
      {{"--task", "squat", "--data", sst2_, "--predictions", labels}, "did you mean 'squad'?"},
      {{"--task", "squad", "--data", squad_, "--predictions", labels}, "--predictions"},
      {{"--task", "squad", "--data", squad_}, "--predictions is missing"},
      {{"--task", "squad", "--data"}, "--data needs a value"},
      {{"--tsk", "squad"}, "unknown argument '--tsk'"}};
  for (const auto& [arguments, named] : rows) {
    const auto [code, out, err] = Score(arguments);
    EXPECT_EQ(code, 2) << named;
    EXPECT_THAT(out, IsEmpty());
    EXPECT_THAT(err, HasSubstr(named));
    EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
  }
}

}  // namespace
}  // namespace sparsweep::test
