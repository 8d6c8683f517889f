// Public data sets in their original files, read whole.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gmock/gmock.h"
#include "pruning_core/data/squad_reader.h"
#include "pruning_core/data/task_data.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class PublicData : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("SPARSWEEP_TEST_DATA");
    if (!data || !*data) GTEST_SKIP() << "SPARSWEEP_TEST_DATA is not set; the rows of our own run";
    data_ = data;
  }

  [[nodiscard]] TaskData Load(const std::string& train, const std::string& dev) {
    task_.train = train;
    task_.dev = dev;
    return LoadTaskData(task_, WordPieceTokenizer::Load(data_ + "/wordpiece"));
  }

  std::string data_;
  contract::TaskSpec task_;
};

TEST_F(PublicData, Sst2) {
  task_.format.layout = "glue/sst2";
  const TaskData sst2 = Load(data_ + "/glue/SST-2/train.tsv", data_ + "/glue/SST-2/dev.tsv");
  EXPECT_EQ(sst2.train.size(), 67349u);
  EXPECT_EQ(sst2.dev.size(), 872u);
  EXPECT_THAT(sst2.labels.names(), ElementsAre("0", "1"));
}

TEST_F(PublicData, Cola) {
  task_.format.layout = "glue/cola";
  const TaskData cola = Load(data_ + "/glue/CoLA/train.tsv", data_ + "/glue/CoLA/dev.tsv");
  EXPECT_EQ(cola.train.size(), 8551u);
  EXPECT_EQ(cola.dev.size(), 1043u);
}

TEST_F(PublicData, SmsSpamIsTsvWithoutAHeader) {
  task_.format.header = false;
  task_.format.text = {"2"};
  task_.format.label = "1";
  task_.dev_limit = 100;
  const std::string file = data_ + "/sms-spam/SMSSpamCollection";
  const TaskData sms = Load(file, file);
  EXPECT_EQ(sms.train.size(), 5574u);
  EXPECT_EQ(sms.dev.size(), 100u);
  EXPECT_THAT(sms.labels.names(), ElementsAre("ham", "spam"));
}

TEST_F(PublicData, Banking77IsCsvWith77Labels) {
  task_.format.layout = "csv";
  task_.format.text = {"text"};
  task_.format.label = "category";
  const TaskData banking = Load(data_ + "/banking77/train.csv", data_ + "/banking77/test.csv");
  EXPECT_EQ(banking.train.size(), 10003u);
  EXPECT_EQ(banking.dev.size(), 3080u);
  EXPECT_EQ(banking.labels.size(), 77u);
}

TEST_F(PublicData, Clinc150AsJsonLinesHas151Labels) {
  std::ifstream in(data_ + "/clinc150/data_full.json");
  const json all = json::parse(in);
  const std::string folder = testing::TempDir() + "/clinc150";
  std::filesystem::create_directories(folder);
  const auto write = [&](const std::string& name, const std::string& part) {
    std::ofstream out(folder + "/" + name);
    for (const std::string& key : {part, "oos_" + part}) {
      for (const json& row : all[key]) {
        out << json{{"text", row[0]}, {"intent", row[1]}}.dump() << '\n';
      }
    }
    return folder + "/" + name;
  };
  task_.format.layout = "jsonl";
  task_.format.text = {"text"};
  task_.format.label = "intent";
  const TaskData clinc = Load(write("train.jsonl", "train"), write("val.jsonl", "val"));
  EXPECT_EQ(clinc.train.size(), 15100u);
  EXPECT_EQ(clinc.dev.size(), 3100u);
  EXPECT_EQ(clinc.labels.size(), 151u);
  std::filesystem::remove_all(folder);
}

TEST_F(PublicData, SquadDevHasItsQuestions) {
  const auto examples = ReadSquad(data_ + "/squad/dev-v1.1.rebuilt.json", "task.dev", 0);
  EXPECT_EQ(examples.size(), 10570u);
  for (const SquadExample& example : examples) {
    EXPECT_TRUE(AnswerStandsInContext(example)) << example.id;
  }
}

}  // namespace
}  // namespace sparsweep::core
