// Rows in the columns of the tasks' own files; the texts are ours.
#include "pruning_core/data/glue_layouts.h"

#include "contract/task_metrics.h"
#include "gmock/gmock.h"
#include "pruning_core/data/table_reader.h"
#include "tests/pruning_core/data/expect_user_error.h"

namespace sparsweep::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<RawExample> Parse(const std::string& task, std::string_view bytes, uint64_t limit = 0) {
  contract::FormatSpec format;
  format.layout = "glue/" + task;
  return ParseTable(bytes, task + ".tsv", "task.train", format, limit);
}

std::vector<std::string> Labels(const std::string& task) {
  return GlueLayout("glue/" + task)->labels;
}

void ExpectExample(const RawExample& example, const std::string& first,
                   const std::optional<std::string>& second, const std::string& label) {
  EXPECT_EQ(example.first, first);
  EXPECT_EQ(example.second, second);
  EXPECT_EQ(example.label, label);
}

TEST(GlueLayouts, AreThoseOfTheSpecWithTheirKinds) {
  size_t tasks = 0;
  for (const std::string_view name : contract::Layouts()) {
    if (!name.starts_with("glue/")) continue;
    const auto layout = GlueLayout(name);
    ASSERT_TRUE(layout) << name;
    EXPECT_EQ(layout->regression, contract::KindOfLayout(name) == "regression") << name;
    ++tasks;
  }
  EXPECT_EQ(tasks, 9u);
  EXPECT_FALSE(GlueLayout("glue/sst3"));
}

TEST(GlueLayouts, ColaHasNoHeader) {
  const auto examples = Parse("cola", "gj04\t1\t\tThe boat sank.\nr-67\t0\t*\tBoat the sank.");
  ASSERT_EQ(examples.size(), 2u);
  ExpectExample(examples[0], "The boat sank.", std::nullopt, "1");
  ExpectExample(examples[1], "Boat the sank.", std::nullopt, "0");
  EXPECT_THAT(Labels("cola"), ElementsAre("0", "1"));
}

TEST(GlueLayouts, Sst2) {
  const auto examples = Parse("sst2", "sentence\tlabel\na \"fine\" film . \t1\n");
  ASSERT_EQ(examples.size(), 1u);
  ExpectExample(examples[0], "a \"fine\" film . ", std::nullopt, "1");
  EXPECT_THAT(Labels("sst2"), ElementsAre("0", "1"));
}

TEST(GlueLayouts, MrpcHasAByteOrderMarkAndBareQuotes) {
  const auto examples = Parse("mrpc",
                              "\xEF\xBB\xBFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n"
                              "1\t702876\t702977\tHe said \"no .\t\"No , \" he said .\r\n");
  ASSERT_EQ(examples.size(), 1u);
  ExpectExample(examples[0], "He said \"no .", "\"No , \" he said .", "1");
  EXPECT_THAT(Labels("mrpc"), ElementsAre("0", "1"));
}

TEST(GlueLayouts, QqpPassesOverBrokenLinesAndTakesAnEmptyQuestion) {
  const auto examples = Parse("qqp",
                              "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n"
                              "1\t2\t3\tHow?\tWhy?\t0\n"
                              "4\t5\t6\tIt breaks\n"
                              "\noff here?\tWhere?\t1\n"
                              "7\t8\t9\tWhat?\t\t0\n");
  ASSERT_EQ(examples.size(), 2u);
  ExpectExample(examples[0], "How?", "Why?", "0");
  ExpectExample(examples[1], "What?", "", "0");
  EXPECT_THAT(Labels("qqp"), ElementsAre("0", "1"));
}

TEST(GlueLayouts, StsbIsARegressionFromZeroToFive) {
  const auto examples = Parse(
      "stsb",
      "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n"
      "0\tmain-captions\tMSRvid\t2012test\t0001\tnone\tnone\tA plane.\tA jet.\t4.250\n");
  ASSERT_EQ(examples.size(), 1u);
  ExpectExample(examples[0], "A plane.", "A jet.", "4.250");
  EXPECT_THAT(Labels("stsb"), IsEmpty());
  EXPECT_EQ(GlueLayout("glue/stsb")->range, std::pair(0.0, 5.0));
}

TEST(GlueLayouts, MnliTakesTheGoldLabelOfTrainAndDevFilesAndSkipsRowsWithoutOne) {
  const std::string front =
      "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\t"
      "sentence1_parse\tsentence2_parse\tsentence1\tsentence2\t";
  const auto train = Parse("mnli", front +
                                       "label1\tgold_label\n"
                                       "0\t1\t1n\tfiction\t(a)\t(b)\t(A)\t(B)\tRain.\tIt is wet.\t"
                                       "neutral\tneutral\n");
  ASSERT_EQ(train.size(), 1u);
  ExpectExample(train[0], "Rain.", "It is wet.", "neutral");
  const std::string row =
      "0\t1\t1n\tfiction\t(a)\t(b)\t(A)\t(B)\tSnow.\tSun.\tneutral\tentailment\t"
      "neutral\tneutral\tcontradiction\t";
  const auto dev = Parse("mnli",
                         front + "label1\tlabel2\tlabel3\tlabel4\tlabel5\tgold_label\n" + row +
                             "-\n" + row + "contradiction\n",
                         1);
  ASSERT_EQ(dev.size(), 1u);
  ExpectExample(dev[0], "Snow.", "Sun.", "contradiction");
  EXPECT_EQ(dev[0].line, 3u);
  EXPECT_THAT(Labels("mnli"), ElementsAre("contradiction", "entailment", "neutral"));
}

TEST(GlueLayouts, QnliRteAndWnli) {
  const auto qnli =
      Parse("qnli", "index\tquestion\tsentence\tlabel\n0\tWho?\tHe did.\tentailment\n");
  ExpectExample(qnli.at(0), "Who?", "He did.", "entailment");
  EXPECT_THAT(Labels("qnli"), ElementsAre("entailment", "not_entailment"));
  const std::string header = "index\tsentence1\tsentence2\tlabel\n";
  const auto rte = Parse("rte", header + "0\tRain fell.\tIt was dry.\tnot_entailment\n");
  ExpectExample(rte.at(0), "Rain fell.", "It was dry.", "not_entailment");
  EXPECT_THAT(Labels("rte"), ElementsAre("entailment", "not_entailment"));
  const auto wnli = Parse("wnli", header + "0\tI put it down.\tI put the cup down.\t1\n");
  ExpectExample(wnli.at(0), "I put it down.", "I put the cup down.", "1");
  EXPECT_THAT(Labels("wnli"), ElementsAre("0", "1"));
}

TEST(GlueLayouts, AFileOfAnotherTaskIsRefused) {
  ExpectUserError([] { Parse("qnli", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\t1\n"); },
                  "COLUMN_NOT_FOUND", "task.format.text: qnli.tsv has no column 'question'");
  ExpectUserError([] { Parse("sst3", "a\n"); }, "BAD_FORMAT",
                  "'glue/sst3' is not a layout of tables; did you mean 'glue/sst2'?");
}

}  // namespace
}  // namespace sparsweep::core
