#include "pruning_core/models/teacher_loader.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/model_io/user_error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr int64_t kHidden = 16;
const std::vector<std::string> kLabels{"no", "maybe", "yes"};

class TeacherLoader : public ::testing::Test {
 protected:
  void SetUp() override {
    test::WriteTinyModel(folder_.path());
    student_.vocabulary_size = Config()["vocab_size"];
    student_.labels = kLabels;
    student_.max_length = 32;
  }

  [[nodiscard]] json Config() const {
    std::ifstream stream(folder_.File("config.json"));
    return json::parse(stream);
  }

  void Set(const std::string& key, const json& value) const {
    json config = Config();
    config[key] = value;
    std::ofstream(folder_.File("config.json")) << config.dump();
  }

  void Name(const std::vector<std::string>& labels) const {
    json names;
    for (size_t i = 0; i < labels.size(); ++i) names[std::to_string(i)] = labels[i];
    Set("id2label", names);
  }

  // A linear layer whose row i is all i + 1, its bias -(i + 1).
  void AddHead(const std::string& architecture, const std::string& name, int64_t outputs) const {
    const std::string file = folder_.File("model.safetensors");
    std::vector<NamedTensor> tensors;
    {
      const SafetensorsReader reader(file);
      for (const auto& entry : reader.header().tensors) {
        tensors.push_back({entry.name, reader.Read(entry.name)});
      }
    }
    tensors.push_back({name + ".weight", Rows(outputs)});
    tensors.push_back({name + ".bias", Rows(outputs).select(1, 0) * -1.0});
    WriteSafetensors(file, tensors);
    Set("architectures", {architecture});
  }
  void AddClassifier(int64_t outputs) const {
    AddHead("BertForSequenceClassification", "classifier", outputs);
  }
  static at::Tensor Rows(int64_t outputs) {
    return at::arange(1, outputs + 1, at::kFloat).unsqueeze(1).expand({-1, kHidden}).contiguous();
  }

  [[nodiscard]] std::map<std::string, at::Tensor> Load() const {
    return LoadTeacher(folder_.path(), student_).ParameterMap();
  }

  [[nodiscard]] std::string ErrorOf() const {
    try {
      (void)LoadTeacher(folder_.path(), student_);
    } catch (const UserError& error) {
      return error.reason() + " " + error.field() + " " + error.message();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
  TeacherTask student_;
};

TEST_F(TeacherLoader, TakesAllLayersAndTheHead) {
  AddClassifier(3);
  Name(kLabels);
  const BertModel teacher = LoadTeacher(folder_.path(), student_);
  EXPECT_EQ(teacher.layers(), 2);
  EXPECT_EQ(teacher.head(), Head::kClassification);
  const SafetensorsReader file(folder_.File("model.safetensors"));
  for (const Parameter& parameter : teacher.parameters()) {
    EXPECT_TRUE(parameter.value.equal(file.ReadFloat(parameter.name))) << parameter.name;
    EXPECT_FALSE(parameter.value.requires_grad());
  }
}

TEST_F(TeacherLoader, OutputsFollowTheStudentsLabels) {
  AddClassifier(3);
  Name({"yes", "no", "maybe"});
  const auto parameters = Load();
  const std::vector<float> expected{2, 3, 1};
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(parameters.at("classifier.weight")[i][5].item<float>(), expected.at(i));
    EXPECT_EQ(parameters.at("classifier.bias")[i].item<float>(), -expected.at(i));
  }
}

TEST_F(TeacherLoader, NumbersForLabelsAreOnlyCounted) {
  AddClassifier(3);
  EXPECT_TRUE(Load().at("classifier.weight").equal(Rows(3))) << "no id2label";
  Name({"LABEL_0", "LABEL_1", "LABEL_2"});
  EXPECT_TRUE(Load().at("classifier.weight").equal(Rows(3)));
  Name({"a", "b", "c"});
  student_.labels = {"0", "1", "2"};
  EXPECT_TRUE(Load().at("classifier.weight").equal(Rows(3)));
}

TEST_F(TeacherLoader, OtherLabelsAreAMismatch) {
  AddClassifier(3);
  Name({"no", "maybe", "never"});
  EXPECT_THAT(ErrorOf(), HasSubstr("TEACHER_MISMATCH training.teacher"));
  EXPECT_THAT(ErrorOf(),
              HasSubstr("the labels 3 (no, maybe, never), the student 3 (no, maybe, yes) "
                        "with 'yes'"));
  student_.labels = {"no", "yes"};
  EXPECT_THAT(ErrorOf(), HasSubstr("3 (no, maybe, never), the student 2 (no, yes)"));
  Name({"no", "yes"});
  student_.labels = kLabels;
  EXPECT_THAT(ErrorOf(), HasSubstr("its config.json names 2 (no, yes)"));
}

TEST_F(TeacherLoader, AnotherHeadIsAMismatch) {
  EXPECT_THAT(ErrorOf(), HasSubstr("('BertModel') has no head for this task"));
  AddHead("BertForQuestionAnswering", "qa_outputs", 2);
  EXPECT_THAT(ErrorOf(), HasSubstr("has a head for span, the student classification"));
  student_.head = Head::kSpan;
  EXPECT_TRUE(Load().at("qa_outputs.weight").equal(Rows(2)));
  Set("architectures", {"BertForTokenClassification"});
  EXPECT_THAT(ErrorOf(), HasSubstr("('BertForTokenClassification') has no head for this task"));
  std::string umlauts = "x";
  for (int i = 0; i < 200; ++i) umlauts += "ä";
  Set("architectures", {umlauts});
  EXPECT_THAT(ErrorOf(), HasSubstr("…') has no head for this task"));
  EXPECT_NO_THROW((void)json(ErrorOf()).dump());
}

TEST_F(TeacherLoader, OneOutputIsARegression) {
  AddClassifier(1);
  EXPECT_THAT(ErrorOf(), HasSubstr("has a head for regression, the student classification"));
  student_.head = Head::kRegression;
  student_.labels = {};
  EXPECT_TRUE(Load().at("classifier.weight").equal(Rows(1)));
}

TEST_F(TeacherLoader, VocabularyAndPositionsMustFit) {
  AddClassifier(3);
  student_.max_length = 33;
  EXPECT_THAT(ErrorOf(), HasSubstr("positions for 32 tokens, the student task.max_length 33"));
  student_.vocabulary_size = 30522;
  EXPECT_THAT(ErrorOf(), HasSubstr("a vocabulary of 53, the student 30522"));
}

TEST_F(TeacherLoader, PiecesMustBeTheStudents) {
  AddClassifier(3);
  const Vocabulary same = LoadVocabulary(folder_.path());
  student_.vocabulary = &same;
  EXPECT_EQ(ErrorOf(), "accepted");
  std::vector<std::string> pieces = same.pieces();
  std::swap(pieces[20], pieces[21]);
  const Vocabulary other(pieces);
  student_.vocabulary = &other;
  EXPECT_THAT(ErrorOf(), HasSubstr("TEACHER_MISMATCH training.teacher"));
  EXPECT_THAT(ErrorOf(), HasSubstr("has at id 20 the piece '" + same.pieces()[20] +
                                   "', the student '" + same.pieces()[21] + "'"));
  pieces = same.pieces();
  pieces.pop_back();
  const Vocabulary shorter(pieces);
  student_.vocabulary = &shorter;
  EXPECT_THAT(ErrorOf(),
              HasSubstr("has at id 52 the piece '" + same.pieces()[52] + "', the student none"));
  std::filesystem::remove(folder_.File("vocab.txt"));
  EXPECT_EQ(ErrorOf(), "accepted") << "nothing to compare";
}

TEST_F(TeacherLoader, PiecesOfATokenizerJsonCountToo) {
  AddClassifier(3);
  const Vocabulary student = LoadVocabulary(folder_.path());
  student_.vocabulary = &student;
  std::filesystem::remove(folder_.File("vocab.txt"));
  json vocab;
  for (size_t id = 0; id < student.size(); ++id) vocab[student.pieces()[id]] = id;
  const auto write = [&] {
    std::ofstream(folder_.File("tokenizer.json")) << json{{"model", {{"vocab", vocab}}}}.dump();
  };
  write();
  EXPECT_EQ(ErrorOf(), "accepted");
  std::swap(vocab["[UNK]"], vocab["[CLS]"]);
  write();
  EXPECT_THAT(ErrorOf(), HasSubstr("has at id 1 the piece '[CLS]', the student '[UNK]'"));
  std::ofstream(folder_.File("tokenizer.json")) << "[]";
  EXPECT_THAT(ErrorOf(), HasSubstr("BAD_TOKENIZER training.teacher"));
}

TEST_F(TeacherLoader, ReadsTheLayoutOfSentenceModels) {
  std::filesystem::create_directories(folder_.File("2_Dense"));
  const std::string dense = folder_.File("2_Dense/model.safetensors");
  WriteSafetensors(dense,
                   {{"linear.weight", Rows(3)}, {"linear.bias", at::zeros({3}, at::kFloat)}});
  Name(kLabels);
  const auto parameters = Load();
  EXPECT_TRUE(parameters.at("classifier.weight").equal(Rows(3)));
  EXPECT_FALSE(parameters.contains("pooler.dense.weight"));
  WriteSafetensors(dense, {{"linear.weight", at::ones({3, 5}, at::kFloat)},
                           {"linear.bias", at::zeros({3}, at::kFloat)}});
  EXPECT_THAT(ErrorOf(), HasSubstr("TENSOR_SHAPE"));
}

TEST_F(TeacherLoader, AMissingDirectoryNamesTheField) {
  try {
    (void)LoadTeacher(folder_.File("none"), student_);
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "MODEL_NOT_FOUND");
    EXPECT_EQ(error.field(), "training.teacher");
    EXPECT_THAT(error.message(), ::testing::StartsWith("training.teacher: "));
  }
}

}  // namespace
}  // namespace sparsweep::core
