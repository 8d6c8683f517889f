// Student and teacher of a stored run.
#include <ATen/TensorOperators.h>
#include <fmt/format.h>

#include "pruning_core/model_io/user_error.h"
#include "pruning_core/models/stored_weights.h"
#include "pruning_core/verify/golden_case.h"

namespace sparsweep::core {
namespace {

int64_t Outputs(const BertModel& model) { return model.parameters().back().value.numel(); }

}  // namespace

BertModel GoldenCase::Student() {
  BertModel model = Load(Describe("init/", file_.config, file_.labels));
  ReadInputs(model.config(), Outputs(model));
  return model;
}

BertModel GoldenCase::Teacher(const BertModel& student) {
  const StoredModel teacher =
      Describe("teacher/", file_.teacher_config.value_or(""), file_.teacher_labels);
  RequireTeacherFits(teacher, student);
  return Load(teacher);
}

std::string GoldenCase::JsonFile() const {
  return path().substr(0, path().rfind('/')) + "/case.json";
}

GoldenCase::StoredModel GoldenCase::Describe(const std::string& group, const std::string& config,
                                             std::optional<int64_t> labels) const {
  StoredModel stored{group, ParseBertConfig(config, JsonFile())};
  const std::string head = group + std::string(HeadName(file_.head)) + ".weight";
  const std::vector<int64_t>& shape = Entry(head).shape;
  stored.outputs = shape.empty() ? 0 : shape[0];
  Require(head,
          {labels.value_or(HeadOutputs(file_.head, stored.outputs)), stored.config.hidden_size});
  for (const StoredSize& tensor : LargeTensors(stored.config, stored.config.num_hidden_layers)) {
    Require(group + StoredName(tensor.name), tensor.shape);
  }
  return stored;
}

void GoldenCase::RequireTeacherFits(const StoredModel& teacher, const BertModel& student) const {
  const auto require = [&](bool fits, const char* key, int64_t value, const std::string& problem) {
    if (fits) return;
    const std::string place = fmt::format("teacher_config.{}", key);
    throw UserError(
        "BAD_CASE", JsonFile(), place,
        fmt::format("{}: {}: {}, but {}; give a teacher for the student's batches and labels",
                    JsonFile(), place, value, problem));
  };
  const int64_t largest = inputs_.input_ids.max().item<int64_t>();
  const int64_t tokens = inputs_.input_ids.size(2);
  const int64_t positions = teacher.config.max_position_embeddings;
  require(largest < teacher.config.vocab_size, "vocab_size", teacher.config.vocab_size,
          fmt::format("input_ids holds {}", largest));
  require(tokens <= positions, "max_position_embeddings", positions,
          fmt::format("the batches have {} tokens", tokens));
  require(teacher.outputs == Outputs(student), "num_labels", teacher.outputs,
          fmt::format("the student has {}", Outputs(student)));
}

BertModel GoldenCase::Load(const StoredModel& stored) {
  if (file_.head == Head::kSpan) {  // stored by some, used by none
    read_.insert(
        {stored.group + "bert.pooler.dense.weight", stored.group + "bert.pooler.dense.bias"});
  }
  BertModel model(stored.config, stored.config.num_hidden_layers, Pooling::kCls, file_.head,
                  stored.outputs);
  for (const Parameter& parameter : model.parameters()) {
    parameter.value.copy_(Read(stored.group + StoredName(parameter.name), parameter.value.sizes()));
  }
  return model;
}

std::string StoredName(const std::string& parameter) {
  const bool head = parameter.starts_with("classifier.") || parameter.starts_with("qa_outputs.");
  return head ? parameter : "bert." + parameter;
}

std::string MatrixName(const std::string& weight) {
  return StoredName(weight.substr(0, weight.rfind('.')));
}

}  // namespace sparsweep::core
