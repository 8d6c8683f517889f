#include "pruning_core/data/task_data.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;

class TaskFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_);
    task_.train = directory_ + "/train.tsv";
    task_.dev = directory_ + "/dev.tsv";
    task_.format.text = {"text"};
    task_.max_length = 4;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static WordPieceTokenizer Tokenizer() {
    return {Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c"}), TokenizerConfig()};
  }

  const std::string directory_ =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  contract::TaskSpec task_;
};

TEST_F(TaskFiles, AreTokenizedWithTheLabelsOfTraining) {
  Write(task_.train, "text\tlabel\na\tyes\nb c a\tno\n");
  Write(task_.dev, "text\tlabel\nc\tyes\nb\tmaybe\n");
  task_.dev_limit = 1;  // what comes after is not looked at
  const TaskData data = LoadTaskData(task_, Tokenizer());
  EXPECT_THAT(data.labels.names(), ElementsAre("no", "yes"));
  ASSERT_EQ(data.train.size(), 2u);
  EXPECT_THAT(data.train.Ids(0), ElementsAre(2, 4, 3));
  EXPECT_THAT(data.train.Ids(1), ElementsAre(2, 5, 6, 3));
  EXPECT_EQ(data.train.Label(0), 1);
  ASSERT_EQ(data.dev.size(), 1u);
  EXPECT_EQ(data.dev.Label(0), 1);
}

TEST_F(TaskFiles, ALabelThatTrainingLacksIsAnError) {
  Write(task_.train, "text\tlabel\na\tyes\nb\tno\n");
  Write(task_.dev, "text\tlabel\nb\tmaybe\n");
  EXPECT_THROW(static_cast<void>(LoadTaskData(task_, Tokenizer())), UserError);
  task_.labels = {"no", "yes", "maybe"};
  EXPECT_EQ(LoadTaskData(task_, Tokenizer()).dev.Label(0), 2);
}

TEST_F(TaskFiles, BatchesArePaddedToTheirLongestRow) {
  Dataset dataset;
  const WordPieceTokenizer tokenizer = Tokenizer();
  dataset.Add(tokenizer.Encode("a"), 1);
  dataset.Add(tokenizer.Encode("a b c a b c"), 0);
  dataset.Add(tokenizer.Encode("b", "c"), 2);
  EXPECT_THAT(dataset.Lengths(), ElementsAre(3u, 8u, 5u));
  const std::vector<uint32_t> rows{2, 0};
  const Batch batch = MakeBatch(dataset, rows, 9);
  const auto flat = [](const at::Tensor& tensor) {
    return std::vector<int64_t>(tensor.data_ptr<int64_t>(),
                                tensor.data_ptr<int64_t>() + tensor.numel());
  };
  EXPECT_EQ(batch.input_ids.sizes(), at::IntArrayRef({2, 5}));
  EXPECT_THAT(flat(batch.input_ids), ElementsAre(2, 5, 3, 6, 3, 2, 4, 3, 9, 9));
  EXPECT_THAT(flat(batch.token_type_ids), ElementsAre(0, 0, 0, 1, 1, 0, 0, 0, 0, 0));
  EXPECT_THAT(flat(batch.attention_mask), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1, 0, 0));
  EXPECT_THAT(flat(batch.labels), ElementsAre(2, 1));
}

TEST(GlueData, Sst2IsReadInItsOwnLayout) {
  const char* data = std::getenv("SPARSWEEP_TEST_DATA");
  if (!data || !*data) GTEST_SKIP() << "SPARSWEEP_TEST_DATA is not set; the samples of our own run";
  contract::TaskSpec task;
  task.train = std::string(data) + "/glue/SST-2/train.tsv";
  task.dev = std::string(data) + "/glue/SST-2/dev.tsv";
  task.format.layout = "glue/sst2";
  const TaskData sst2 =
      LoadTaskData(task, WordPieceTokenizer::Load(std::string(data) + "/wordpiece"));
  EXPECT_EQ(sst2.train.size(), 67349u);
  EXPECT_EQ(sst2.dev.size(), 872u);
  EXPECT_THAT(sst2.labels.names(), ElementsAre("0", "1"));
}

}  // namespace
}  // namespace sparsweep::core
