// Folders that are wrong: one line that names file and place; folders that differ: the place.
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "pruning_core/model_io/user_error.h"
#include "pruning_core/verify/case_folders.h"
#include "pruning_core/verify/replay.h"
#include "tests/pruning_core/verify/broken_case.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;
using test::BrokenCase;
using ::testing::HasSubstr;

struct Wrong {
  std::string name;
  std::string base;  // the case that is damaged
  std::function<void(const BrokenCase&)> damage;
  std::string reason;
  std::string named;  // in the message

  friend void PrintTo(const Wrong& row, std::ostream* out) { *out << row.name; }
};

// The tensor gets another name of the same length.
auto Hide(const std::string& tensor) {
  return [tensor](const BrokenCase& broken) {
    broken.EditHeader([&](json& header) {
      std::string other = tensor;
      other.back() = '~';
      header[other] = header.at(tensor);
      header.erase(tensor);
    });
  };
}

auto Reshape(const std::string& tensor) {
  return [tensor](const BrokenCase& broken) {
    broken.EditHeader([&](json& header) {
      json& shape = header.at(tensor).at("shape");
      int64_t size = 1;
      for (const json& side : shape) size *= side.get<int64_t>();
      shape = json::array({size});
    });
  };
}

auto Set(const std::string& pointer, const json& value) {
  return [pointer, value](const BrokenCase& broken) {
    broken.EditJson([&](json& root) { root[json::json_pointer(pointer)] = value; });
  };
}

auto Remove(const std::string& object, const std::string& key) {
  return [object, key](const BrokenCase& broken) {
    broken.EditJson([&](json& root) { root[json::json_pointer(object)].erase(key); });
  };
}

// Element 5 becomes `value`.
auto Put(const std::string& tensor, float value) {
  return [tensor, value](const BrokenCase& broken) {
    broken.EditTensors([&](auto& tensors) { tensors.at(tensor).view(-1)[5].fill_(value); });
  };
}

// The teacher's tensor keeps its first `rows` rows, and its config says so.
auto CutTeacher(const std::string& tensor, const std::string& key, int64_t rows) {
  return [=](const BrokenCase& broken) {
    broken.EditJson([&](json& root) { root["teacher_config"][key] = rows; });
    broken.EditTensors([&](auto& tensors) {
      for (const std::string& name :
           {"teacher/" + tensor + ".weight", "teacher/" + tensor + ".bias"}) {
        const auto found = tensors.find(name);
        if (found != tensors.end()) found->second = found->second.narrow(0, 0, rows).clone();
      }
    });
  };
}

// No group of micro-batches is ever whole.
void AccumulateBeyondTheEpoch(const BrokenCase& broken) {
  broken.EditJson([](json& root) {
    root["hyper"]["gradient_accumulation_steps"] = 21;
    root["total_steps"] = 0;
    for (auto& series : root["per_step"]) series = json::array();
  });
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

const std::string kQuery = "bert.encoder.layer.0.attention.self.query";

const Wrong kWrong[] = {
    {"NoJson", "topk_kd", [](const BrokenCase& b) { std::filesystem::remove(b.JsonFile()); },
     "FILE_NOT_FOUND", "case.json"},
    {"NoTensors", "topk_kd", [](const BrokenCase& b) { std::filesystem::remove(b.TensorFile()); },
     "FILE_NOT_FOUND", "tensors.safetensors"},
    {"JsonCut", "topk_kd",
     [](const BrokenCase& b) { std::filesystem::resize_file(b.JsonFile(), 1000); }, "BAD_CASE",
     "case.json"},
    {"TensorsCut", "topk_kd",
     [](const BrokenCase& b) { std::filesystem::resize_file(b.TensorFile(), 40000); },
     "BAD_SAFETENSORS", "tensors.safetensors"},
    {"TensorsCutInTheHeader", "topk_kd",
     [](const BrokenCase& b) { std::filesystem::resize_file(b.TensorFile(), 100); },
     "BAD_SAFETENSORS", "tensors.safetensors"},
    {"TensorsEmpty", "topk_kd",
     [](const BrokenCase& b) { std::filesystem::resize_file(b.TensorFile(), 0); },
     "BAD_SAFETENSORS", "tensors.safetensors"},
    {"NotAnObject", "dense", [](const BrokenCase& b) { std::ofstream(b.JsonFile()) << "[]"; },
     "BAD_CASE", "case.json"},
    {"NoInputs", "dense", Hide("input_ids"), "TENSOR_MISSING", "'input_ids'"},
    {"NoAttentionMask", "dense", Hide("attention_mask"), "TENSOR_MISSING", "'attention_mask'"},
    {"PaddingBeforeATokenOfItsExample", "dense", Put("attention_mask", 0), "BAD_CASE",
     "'attention_mask': each example needs a token"},
    {"NoLabels", "dense", Hide("labels"), "TENSOR_MISSING", "'labels'"},
    {"NoPositions", "qa_topk", Hide("end_positions"), "TENSOR_MISSING", "'end_positions'"},
    {"NoWeight", "topk_kd", Hide("init/" + kQuery + ".weight"), "TENSOR_MISSING", kQuery},
    {"NoScores", "topk_kd", Hide("init/" + kQuery + ".mask_scores"), "TENSOR_MISSING",
     kQuery + ".mask_scores"},
    {"NoHead", "topk_kd", Hide("init/classifier.weight"), "TENSOR_MISSING", "classifier.weight"},
    {"NoTeacher", "topk_kd", Hide("teacher/classifier.bias"), "TENSOR_MISSING",
     "teacher/classifier.bias"},
    {"FlatWeight", "topk_kd", Reshape("init/" + kQuery + ".weight"), "TENSOR_SHAPE", kQuery},
    {"FlatInputs", "dense", Reshape("input_ids"), "TENSOR_SHAPE", "'input_ids'"},
    {"FlatGradient", "dense", Reshape("grad0/" + kQuery + ".weight"), "TENSOR_SHAPE", "grad0/"},
    {"FlatMask", "topk_kd", Reshape("eval_mask/" + kQuery), "TENSOR_SHAPE", "eval_mask/"},
    {"FlatLogits", "dense", Reshape("eval/logits"), "TENSOR_SHAPE", "eval/logits"},
    {"HiddenSize", "dense", Set("/config/hidden_size", 48), "TENSOR_SHAPE", "expected ["},
    {"ManyLayers", "dense", Set("/config/num_hidden_layers", 200), "TENSOR_MISSING", "layer.2."},
    {"FewLayers", "topk_kd", Set("/config/num_hidden_layers", 1), "BAD_CASE", "matrices"},
    {"HugeVocabulary", "dense", Set("/config/vocab_size", 9'000'000), "TENSOR_SHAPE",
     "word_embeddings"},
    {"Heads", "dense", Set("/config/num_attention_heads", 5), "BAD_CONFIG", "num_attention_heads"},
    {"SmallVocabulary", "dense", Set("/config/vocab_size", 0), "BAD_CONFIG", "vocab_size"},
    {"NumberOfLabels", "dense", Set("/config/num_labels", 4), "TENSOR_SHAPE", "classifier.weight"},
    {"UnknownMethod", "dense", Set("/method", "topk"), "BAD_CASE", "topK"},
    {"UnknownTask", "dense", Set("/task", "ranking"), "BAD_CASE", "task: 'ranking'"},
    {"NoMethod", "dense", Remove("", "method"), "BAD_CASE", "method: missing"},
    {"NoHyper", "dense", Remove("", "hyper"), "BAD_CASE", "hyper: missing"},
    {"NoLearningRate", "dense", Remove("/hyper", "lr"), "BAD_CASE", "hyper.lr: missing"},
    {"LearningRateIsAWord", "dense", Set("/hyper/lr", "1e-3"), "BAD_CASE", "hyper.lr"},
    {"StepsAreAFraction", "dense", Set("/total_steps", 20.5), "BAD_CASE", "total_steps"},
    {"StepsDisagree", "dense", Set("/total_steps", 19), "BAD_CASE", "total_steps: 19"},
    {"NegativeAccumulation", "dense", Set("/hyper/gradient_accumulation_steps", -1), "BAD_CASE",
     "gradient_accumulation_steps"},
    {"SeriesCut", "dense", Set("/per_micro/task_loss", json::array({1.0})), "BAD_CASE",
     "per_micro.task_loss: 1 entries instead of 20"},
    {"SeriesOfWords", "dense", Set("/per_micro/v/3", "x"), "BAD_CASE", "per_micro.v"},
    {"StepSeriesMissing", "dense", Remove("/per_step", "lr_weights"), "BAD_CASE",
     "per_step.lr_weights"},
    {"MaskCountsOfOneMatrix", "topk_kd", Set("/per_micro/mask_ones/0", json::array({1})),
     "BAD_CASE", "per_micro.mask_ones"},
    {"MatricesExchanged", "topk_kd", Set("/matrices/0", "bert.other"), "BAD_CASE", "bert.other"},
    {"OtherRegularizer", "topk_kd", Set("/hyper/regularization", "l1"), "BAD_CASE",
     "hyper.regularization"},
    {"GlobalTopK", "topk_kd", Set("/hyper/global_topk", true), "BAD_CASE", "hyper.global_topk"},
    {"LocalThreshold", "threshold_global_topk", Set("/hyper/global_topk", false), "BAD_CASE",
     "hyper.global_topk"},
    {"ManyEpochs", "dense", Set("/epochs", 10'000'000), "BAD_CASE", "epochs"},
    {"GradientIsNan", "dense", Put("grad0/" + kQuery + ".weight", kNan), "BAD_CASE",
     "'grad0/" + kQuery + ".weight' holds nan at element 5"},
    {"GradientIsInfinite", "dense", Put("grad0/" + kQuery + ".bias", kInfinity), "BAD_CASE",
     "'grad0/" + kQuery + ".bias' holds inf at element 5"},
    {"LogitsAreInfinite", "dense", Put("eval/logits", -kInfinity), "BAD_CASE", "'eval/logits'"},
    {"WeightIsNan", "topk_kd", Put("init/" + kQuery + ".weight", kNan), "BAD_CASE",
     kQuery + ".weight' holds nan"},
    {"TeacherWithFewerLabels", "topk_kd", CutTeacher("classifier", "num_labels", 2), "BAD_CASE",
     "case.json: teacher_config.num_labels: 2"},
    {"TeacherWithASmallerVocabulary", "topk_kd",
     CutTeacher("bert.embeddings.word_embeddings", "vocab_size", 5), "BAD_CASE",
     "case.json: teacher_config.vocab_size: 5"},
    {"TeacherWithFewerPositions", "topk_kd",
     CutTeacher("bert.embeddings.position_embeddings", "max_position_embeddings", 15), "BAD_CASE",
     "case.json: teacher_config.max_position_embeddings: 15"},
    {"AccumulationBeyondTheEpoch", "dense", AccumulateBeyondTheEpoch, "BAD_CASE",
     "hyper.gradient_accumulation_steps: 21"},
    {"LabelsOutOfRange", "regression_topk", Set("/task", "classification"), "TENSOR_SHAPE",
     "'labels'"},
};

class WrongFolder : public testing::TestWithParam<Wrong> {};

TEST_P(WrongFolder, IsAUserErrorOfOneLine) {
  const BrokenCase broken(GetParam().base);
  GetParam().damage(broken);
  try {
    (void)Replay(broken.path());
    FAIL() << "nothing was noticed";
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), GetParam().reason) << error.message();
    EXPECT_THAT(error.message(), HasSubstr(GetParam().named));
    EXPECT_THAT(error.message(), HasSubstr(broken.path()));
    EXPECT_EQ(error.message().find('\n'), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, WrongFolder, testing::ValuesIn(kWrong),
                         [](const auto& row) { return row.param.name; });

const Finding* Find(const ReplayReport& report, Quantity quantity) {
  for (const Finding& finding : report.findings) {
    if (finding.quantity == quantity) return &finding;
  }
  return nullptr;
}

TEST(DifferingFolder, NamesForwardOfAnotherLoss) {
  const BrokenCase broken("dense");
  Set("/per_micro/task_loss/7", 1.0)(broken);
  const ReplayReport report = Replay(broken.path());
  EXPECT_FALSE(report.within());
  const Finding* finding = Find(report, Quantity::kTaskLoss);
  ASSERT_NE(finding, nullptr);
  EXPECT_FALSE(finding->within());
  EXPECT_EQ(finding->place.forward, 7);
  EXPECT_EQ(finding->stored, 1.0);
}

TEST(DifferingFolder, NamesStepOfAnotherLearningRate) {
  const BrokenCase broken("magnitude");
  Set("/per_step/lr_weights/4", 1e-3)(broken);
  const ReplayReport report = Replay(broken.path());
  EXPECT_FALSE(report.within());
  EXPECT_EQ(Find(report, Quantity::kLearningRate)->place.step, 4);
}

TEST(DifferingFolder, OptionalGroupsMayBeMissing) {
  const BrokenCase broken("topk_kd");
  Set("/per_micro/mask_ones", nullptr)(broken);
  Set("/per_micro/kd_loss", nullptr)(broken);
  Remove("", "eval")(broken);
  const ReplayReport report = Replay(broken.path());
  EXPECT_TRUE(report.within());
  EXPECT_EQ(Find(report, Quantity::kDistillationLoss), nullptr);
}

TEST(DifferingFolder, ATensorThatNothingIsComparedWithIsNamed) {
  const BrokenCase broken("dense");
  Hide("grad0/" + kQuery + ".weight")(broken);
  const ReplayReport report = Replay(broken.path());
  EXPECT_FALSE(report.within());
  ASSERT_EQ(report.not_compared.size(), 1U);
  EXPECT_EQ(report.not_compared[0], "grad0/" + kQuery + ".weigh~");
}

// The gates of a forward pass, known from the masked weights that are stored beside them.
TEST(DifferingFolder, MasksOfL0AreThoseOfItsDraws) {
  const BrokenCase broken("l0");
  broken.EditTensors([](auto& tensors) {
    tensors["mask/0/" + kQuery] = tensors.at("weff/0/" + kQuery).ne(0.0).to(at::kByte);
  });
  const ReplayReport report = Replay(broken.path());
  EXPECT_TRUE(report.within());
  const Finding* masks = Find(report, Quantity::kMasks);
  ASSERT_NE(masks, nullptr);
  EXPECT_EQ(masks->compared, 1024);
  EXPECT_EQ(masks->beyond, 0);
  broken.EditTensors([](auto& tensors) { tensors.at("mask/0/" + kQuery)[3][4].bitwise_xor_(1); });
  const ReplayReport flipped = Replay(broken.path());
  EXPECT_FALSE(flipped.within());
  EXPECT_EQ(Find(flipped, Quantity::kMasks)->beyond, 1);
  EXPECT_EQ(Find(flipped, Quantity::kMasks)->place.element, 3 * 32 + 4);
}

int64_t PeakKiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// 4 layers of 4096 by the config and by a few slim tensors; as a model over a gigabyte.
TEST(HostileFolder, TakesNoMemoryForTensorsThatAreNotThere) {
  const BrokenCase broken("dense");
  broken.EditJson([](json& root) {
    for (const auto& [key, value] : {std::pair{"hidden_size", 4096},
                                     {"num_hidden_layers", 4},
                                     {"intermediate_size", 1},
                                     {"vocab_size", 2},
                                     {"max_position_embeddings", 2}}) {
      root["config"][key] = value;
    }
  });
  broken.EditTensors([](auto& tensors) {
    tensors.clear();
    for (const auto& [name, rows] : {std::pair{"bert.encoder.layer.3.intermediate.dense", 1},
                                     {"classifier", 3},
                                     {"bert.embeddings.word_embeddings", 2},
                                     {"bert.embeddings.position_embeddings", 2}}) {
      tensors[std::string("init/") + name + ".weight"] = at::zeros({rows, 4096}, at::kHalf);
    }
  });
  const int64_t before = PeakKiB();
  try {
    (void)Replay(broken.path());
    FAIL() << "nothing was noticed";
  } catch (const UserError& error) {
    EXPECT_EQ(error.reason(), "TENSOR_MISSING") << error.message();
  }
  EXPECT_LT(PeakKiB() - before, 100 << 10);
}

TEST(CaseFolders, TakesACaseOrAFolderOfCases) {
  const std::string all = SPARSWEEP_SOURCE_DIR "/tests/golden";
  EXPECT_EQ(CaseFolders({all + "/dense/"}), std::vector<std::string>{all + "/dense"});
  EXPECT_EQ(CaseFolders({all}).front(), all + "/dense");
  const test::TemporaryFolder empty;
  EXPECT_THROW((void)CaseFolders({empty.path()}), UserError);
  EXPECT_THROW((void)CaseFolders({empty.path() + "/none"}), UserError);
}

}  // namespace
}  // namespace sparsweep::core
