// `sparsweep-trainer verify` as its users call it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"
#include "tests/trainer/child_process.h"

namespace sparsweep::test {
namespace {

using ::testing::HasSubstr;

const std::string kCases = SPARSWEEP_SOURCE_DIR "/tests/golden";

struct Answer {
  int code = -1;
  std::string out, error;
};

Answer Verify(const TemporaryFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "verify");
  ChildProcess trainer(folder.path(), arguments);
  const int code = trainer.Wait();
  return {code, trainer.Stdout(), trainer.Stderr()};
}

// A copy of the case `dense` with another loss in forward 3.
std::string DifferingCase(const TemporaryFolder& folder) {
  std::filesystem::copy(kCases + "/dense", folder.File("other"));
  std::ifstream in(kCases + "/dense/case.json");
  nlohmann::json json = nlohmann::json::parse(in);
  json["per_micro"]["task_loss"][3] = 0.5;
  std::filesystem::remove(folder.File("other/case.json"));
  std::ofstream(folder.File("other/case.json")) << json;
  return folder.File("other");
}

TEST(VerifyProcessTest, AllCasesOfAFolderAreWithinTheirTolerances) {
  const TemporaryFolder folder;
  const Answer answer = Verify(folder, {kCases});
  EXPECT_EQ(answer.code, 0) << answer.out << answer.error;
  const std::vector<std::string> names = {"dense",
                                          "l0",
                                          "magnitude",
                                          "own-dense-span",
                                          "own-l0-rare",
                                          "own-span-kd",
                                          "own-tiny-gradients",
                                          "qa_topk",
                                          "regression_topk",
                                          "soft_l1_constant0",
                                          "soft_l1_kd_accum2",
                                          "threshold_global_topk",
                                          "topk_accum3_carryover",
                                          "topk_kaiming",
                                          "topk_kd"};
  size_t from = 0;
  for (const std::string& name : names) {
    const size_t found = answer.out.find("/" + name + ": within tolerances\n", from);
    ASSERT_NE(found, std::string::npos) << name << " is missing, or not in its place";
    from = found;
  }
}

TEST(VerifyProcessTest, ADifferenceIsExitCodeOneAndNamesThePlace) {
  const TemporaryFolder folder;
  const Answer text = Verify(folder, {DifferingCase(folder)});
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.out, HasSubstr("! task loss"));
  EXPECT_THAT(text.out, HasSubstr("forward 3"));
}

TEST(VerifyProcessTest, JsonHoldsQuantitiesAndPlaces) {
  const TemporaryFolder folder;
  const Answer answer =
      Verify(folder, {"--json", kCases + "/dense", DifferingCase(folder), "--device", "cpu"});
  EXPECT_EQ(answer.code, 1);
  const nlohmann::json json = nlohmann::json::parse(answer.out);
  EXPECT_EQ(json["within"], false);
  ASSERT_EQ(json["cases"].size(), 2U);
  EXPECT_EQ(json["cases"][0]["within"], true);
  const nlohmann::json& quantities = json["cases"][1]["quantities"];
  const auto loss = std::find_if(quantities.begin(), quantities.end(),
                                 [](const auto& row) { return row["quantity"] == "task loss"; });
  ASSERT_NE(loss, quantities.end());
  EXPECT_EQ((*loss)["within"], false);
  EXPECT_EQ((*loss)["where"]["forward"], 3);
  EXPECT_EQ((*loss)["stored"], 0.5);
}

TEST(VerifyProcessTest, AWrongFolderIsExitCodeTwoAndTheOthersAreStillVerified) {
  const TemporaryFolder folder;
  std::filesystem::copy(kCases + "/dense", folder.File("cut"));
  std::filesystem::remove(folder.File("cut/case.json"));
  const Answer answer = Verify(folder, {folder.File("cut"), kCases + "/dense"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_THAT(answer.error, HasSubstr("cut/case.json"));
  EXPECT_EQ(std::count(answer.error.begin(), answer.error.end(), '\n'), 1) << answer.error;
  EXPECT_THAT(answer.out, HasSubstr("/dense: within tolerances"));
}

TEST(VerifyProcessTest, JsonOfAFolderWhoseNameIsNotUtf8IsStillJson) {
  const TemporaryFolder folder;
  const std::string right = folder.File("right\xFF");
  const std::string wrong = folder.File("wrong\xFF");
  std::filesystem::copy(kCases + "/dense", right);
  std::filesystem::create_directory(wrong);
  std::ofstream(wrong + "/case.json") << "{}";
  const Answer answer = Verify(folder, {"--json", right, wrong});
  EXPECT_EQ(answer.code, 2) << answer.error;
  const nlohmann::json json = nlohmann::json::parse(answer.out);
  EXPECT_THAT(json["cases"][0]["case"].get<std::string>(), HasSubstr("right\uFFFD"));
  EXPECT_THAT(json["errors"][0]["message"].get<std::string>(), HasSubstr("wrong\uFFFD"));
}

TEST(VerifyProcessTest, WrongArgumentsAreOneLine) {
  const TemporaryFolder folder;
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
      {{}, "no folder given"},
      {{folder.path()}, "no case.json here"},
      {{folder.File("none")}, "No such file"},
      {{kCases, "--device"}, "--device needs"},
      {{kCases, "--device", "tpu"}, "'tpu'"},
      {{kCases, "--device", "cuda"}, "cuda"},
      {{kCases, "--jsn"}, "'--jsn'"},
  };
  for (const auto& [arguments, named] : rows) {
    const Answer answer = Verify(folder, arguments);
    EXPECT_EQ(answer.code, 2) << named;
    EXPECT_EQ(answer.out, "");
    EXPECT_THAT(answer.error, HasSubstr(named));
    EXPECT_EQ(std::count(answer.error.begin(), answer.error.end(), '\n'), 1) << answer.error;
  }
}

}  // namespace
}  // namespace sparsweep::test
