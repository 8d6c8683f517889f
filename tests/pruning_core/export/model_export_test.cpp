// Against a model that transformers has written (recorded/, see
// tests/peer/record_export_sample.py): what we compute with it, and that what we export has the
// same tensors.
#include "pruning_core/export/model_export.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "ATen/ops/allclose.h"
#include "ATen/ops/equal.h"
#include "gmock/gmock.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/models/model_loader.h"

namespace sparsweep::core {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kRecorded = SPARSWEEP_SOURCE_DIR "/tests/pruning_core/export/recorded";
constexpr double kTolerance = 1e-5;

json ReadJson(const std::string& path) {
  std::ifstream in(path);
  return json::parse(in);
}

std::set<std::string> Names(const std::string& file) {
  std::set<std::string> names;
  const SafetensorsReader reader(file);
  for (const auto& entry : reader.header().tensors) names.insert(entry.name);
  return names;
}

Batch RecordedBatch() {
  const SafetensorsReader file(kRecorded + "/expected.safetensors");
  return {file.Read("input_ids"), file.Read("token_type_ids"), file.Read("attention_mask"), {}};
}

at::Tensor Recorded(const std::string& name) {
  return SafetensorsReader(kRecorded + "/expected.safetensors").Read(name);
}

BertModel Load(const std::string& directory, const std::string& pooling, uint32_t layers = 2) {
  return LoadBertModel({directory, layers, pooling}, Head::kClassification, 3, 1).model;
}

bool Close(const at::Tensor& a, const at::Tensor& b) { return at::allclose(a, b, 0, kTolerance); }

class ModelExport : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    target_.directory = folder_ + "/model";
    target_.source = kRecorded;
    target_.layers = 2;
    target_.pooling = "cls";
    target_.labels = {"no", "maybe", "yes"};
    target_.max_length = 9;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void ExpectNothingWritten() const { EXPECT_FALSE(fs::exists(target_.directory)); }

  const std::string folder_ =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  ExportTarget target_;
};

TEST_F(ModelExport, AClassifierComputesAndLooksLikeTransformersOwn) {
  const BertModel model = Load(kRecorded, "cls");
  EXPECT_TRUE(Close(model.InferLogits(RecordedBatch()), Recorded("logits")));

  ExportModel(target_, model.ParameterMap());
  const SafetensorsReader theirs(kRecorded + "/model.safetensors");
  const SafetensorsReader ours(target_.directory + "/model.safetensors");
  EXPECT_EQ(Names(ours.path()), Names(theirs.path()));
  for (const std::string& name : Names(theirs.path())) {
    EXPECT_TRUE(at::equal(ours.Read(name), theirs.Read(name))) << name;
  }
  EXPECT_EQ(ours.header().metadata.at("format"), "pt");
  EXPECT_TRUE(at::equal(Load(target_.directory, "cls").InferLogits(RecordedBatch()),
                        model.InferLogits(RecordedBatch())));
}

TEST_F(ModelExport, TheConfigIsTheSourcesWithTheModelsLayersAndLabels) {
  target_.layers = 1;
  ExportModel(target_, Load(kRecorded, "cls", 1).ParameterMap());
  const json config = ReadJson(target_.directory + "/config.json");
  EXPECT_EQ(config["architectures"], json({"BertForSequenceClassification"}));
  EXPECT_EQ(config["num_hidden_layers"], 1);
  EXPECT_EQ(config["id2label"], json({{"0", "no"}, {"1", "maybe"}, {"2", "yes"}}));
  EXPECT_EQ(config["label2id"], json({{"no", 0}, {"maybe", 1}, {"yes", 2}}));
  const json source = ReadJson(kRecorded + "/config.json");
  for (const char* key : {"hidden_size", "vocab_size", "hidden_act", "num_attention_heads"}) {
    EXPECT_EQ(config[key], source[key]) << key;
  }
  for (const std::string& name : Names(target_.directory + "/model.safetensors")) {
    EXPECT_EQ(name.find("layer.1"), std::string::npos) << name;
  }
}

TEST_F(ModelExport, ASpanHeadIsAQuestionAnsweringModelWhateverThePooling) {
  const BertModel model = LoadBertModel({kRecorded, 2, "mean"}, Head::kSpan, 0, 1).model;
  target_.pooling = "mean";
  target_.labels.clear();
  ExportModel(target_, model.ParameterMap());
  const json config = ReadJson(target_.directory + "/config.json");
  EXPECT_EQ(config["architectures"], json({"BertForQuestionAnswering"}));
  // The source's three labels would give the head three outputs.
  EXPECT_FALSE(config.contains("id2label"));
  EXPECT_FALSE(config.contains("problem_type"));
  const std::set<std::string> names = Names(target_.directory + "/model.safetensors");
  EXPECT_TRUE(names.contains("qa_outputs.weight"));
  EXPECT_TRUE(names.contains("bert.encoder.layer.1.output.dense.weight"));
  EXPECT_FALSE(names.contains("bert.pooler.dense.weight"));
  EXPECT_FALSE(fs::exists(target_.directory + "/modules.json"));
}

TEST_F(ModelExport, WithoutLabelsAClassifierIsARegression) {
  const BertModel model = LoadBertModel({kRecorded, 2, "cls"}, Head::kRegression, 0, 1).model;
  target_.labels.clear();
  ExportModel(target_, model.ParameterMap());
  const json config = ReadJson(target_.directory + "/config.json");
  EXPECT_EQ(config["architectures"], json({"BertForSequenceClassification"}));
  EXPECT_EQ(config["problem_type"], "regression");
  EXPECT_EQ(config["id2label"].size(), 1u);
}

TEST_F(ModelExport, MeanPoolingGivesAnEncoderAndADenseLayer) {
  target_.pooling = "mean";
  BertModel model = Load(kRecorded, "mean");
  EXPECT_TRUE(Close(model.InferLogits(RecordedBatch()), Recorded("mean_logits")));
  const at::Tensor tokens = RecordedBatch().attention_mask.unsqueeze(-1);
  EXPECT_TRUE(Close(model.HiddenStates(RecordedBatch()).detach().mul(tokens),
                    Recorded("hidden").mul(tokens)));

  ExportModel(target_, model.ParameterMap());
  // BertModel's tensors: all of the source's but the head, without the prefix. The pooler is taken
  // over.
  std::set<std::string> expected;
  for (const std::string& name : Names(kRecorded + "/model.safetensors")) {
    if (name.starts_with("bert.")) expected.insert(name.substr(5));
  }
  const SafetensorsReader ours(target_.directory + "/model.safetensors");
  EXPECT_EQ(Names(ours.path()), expected);
  const SafetensorsReader theirs(kRecorded + "/model.safetensors");
  for (const std::string& name : expected) {
    EXPECT_TRUE(at::equal(ours.Read(name), theirs.Read("bert." + name))) << name;
  }
  const SafetensorsReader dense(target_.directory + "/2_Dense/model.safetensors");
  EXPECT_TRUE(at::equal(dense.Read("linear.weight"), theirs.Read("classifier.weight")));
  EXPECT_TRUE(at::equal(dense.Read("linear.bias"), theirs.Read("classifier.bias")));
}

TEST_F(ModelExport, MeanPoolingHasTheSentenceTransformersFiles) {
  target_.pooling = "mean";
  ExportModel(target_, Load(kRecorded, "mean").ParameterMap());
  const std::string& directory = target_.directory;
  const json modules = ReadJson(directory + "/modules.json");
  ASSERT_EQ(modules.size(), 3u);
  EXPECT_EQ(modules[0]["path"], "");
  EXPECT_EQ(modules[1]["path"], "1_Pooling");
  EXPECT_EQ(modules[2]["type"], "sentence_transformers.models.Dense");
  EXPECT_EQ(ReadJson(directory + "/sentence_bert_config.json")["max_seq_length"], 9);
  const json pooling = ReadJson(directory + "/1_Pooling/config.json");
  EXPECT_EQ(pooling["pooling_mode_mean_tokens"], true);
  EXPECT_EQ(pooling["pooling_mode_cls_token"], false);
  EXPECT_EQ(pooling["word_embedding_dimension"], 12);
  const json dense = ReadJson(directory + "/2_Dense/config.json");
  EXPECT_EQ(dense["in_features"], 12);
  EXPECT_EQ(dense["out_features"], 3);
  EXPECT_EQ(dense["activation_function"], "torch.nn.modules.linear.Identity");
  EXPECT_TRUE(fs::exists(directory + "/vocab.txt"));
}

TEST_F(ModelExport, ReplacesWhatStoodThereAndLeavesNothingAside) {
  fs::create_directories(target_.directory + ".partial");
  fs::create_directories(target_.directory);
  std::ofstream(target_.directory + ".partial/left over") << "x";
  std::ofstream(target_.directory + "/left over") << "x";
  ExportModel(target_, Load(kRecorded, "cls").ParameterMap());
  EXPECT_TRUE(fs::exists(target_.directory + "/model.safetensors"));
  EXPECT_FALSE(fs::exists(target_.directory + "/left over"));
  EXPECT_FALSE(fs::exists(target_.directory + ".partial"));
}

TEST_F(ModelExport, AMissingParameterIsAnError) {
  auto parameters = Load(kRecorded, "cls").ParameterMap();
  parameters.erase("classifier.bias");
  EXPECT_THROW(ExportModel(target_, parameters), std::invalid_argument);
  ExpectNothingWritten();
  parameters = Load(kRecorded, "mean").ParameterMap();
  EXPECT_THROW(ExportModel(target_, parameters), std::invalid_argument);  // cls needs the pooler
  ExpectNothingWritten();
}

TEST_F(ModelExport, ASourceThatIsGoneIsAnError) {
  target_.source = folder_ + "/gone";
  EXPECT_THROW(ExportModel(target_, Load(kRecorded, "cls").ParameterMap()), UserError);
  ExpectNothingWritten();
}

}  // namespace
}  // namespace sparsweep::core
