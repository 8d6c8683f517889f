#include "pruning_core/verify/golden_case.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/file.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

constexpr uint64_t kMaxCaseFile = uint64_t{64} << 20;  // bytes

CaseFile ReadCaseFile(const std::string& path) {
  const auto text = base::ReadFile(path, kMaxCaseFile);
  if (!text.ok()) {
    throw UserError("FILE_NOT_FOUND", path, "",
                    fmt::format("{}; give a folder with case.json and tensors.safetensors",
                                std::string(text.status().message())));
  }
  return ParseCaseFile(*text, path);
}

}  // namespace

GoldenCase::GoldenCase(const std::string& directory)
    : file_(ReadCaseFile(directory + "/case.json")), tensors_(directory + "/tensors.safetensors") {}

BertModel GoldenCase::Student() {
  BertModel model = Load("init/", file_.config, file_.labels);
  ReadInputs(model.config(), model.parameters().back().value.numel());
  return model;
}

BertModel GoldenCase::Teacher() {
  return Load("teacher/", file_.teacher_config.value_or(""), file_.teacher_labels);
}

BertModel GoldenCase::Load(const std::string& group, const std::string& config_text,
                           std::optional<int64_t> labels) {
  const std::string json = path().substr(0, path().rfind('/')) + "/case.json";
  const BertConfig config = ParseBertConfig(config_text, json);
  const std::string head = group + std::string(HeadName(file_.head)) + ".weight";
  const std::vector<int64_t> shape = Entry(head).shape;
  const int64_t outputs = shape.empty() ? 0 : shape[0];
  // These three bound everything the model allocates by what the file really holds.
  const std::string layer = fmt::format("{}bert.encoder.layer.{}.intermediate.dense.weight", group,
                                        config.num_hidden_layers - 1);
  (void)Read(layer, {config.intermediate_size, config.hidden_size});
  (void)Read(group + "bert.embeddings.word_embeddings.weight",
             {config.vocab_size, config.hidden_size});
  (void)Read(group + "bert.embeddings.position_embeddings.weight",
             {config.max_position_embeddings, config.hidden_size});
  (void)Read(head, {labels.value_or(HeadOutputs(file_.head, outputs)), config.hidden_size});

  if (file_.head == Head::kSpan) {  // stored by some, used by none
    read_.insert({group + "bert.pooler.dense.weight", group + "bert.pooler.dense.bias"});
  }

  BertModel model(config, config.num_hidden_layers, Pooling::kCls, file_.head, outputs);
  for (const Parameter& parameter : model.parameters()) {
    parameter.value.copy_(Read(group + StoredName(parameter.name), parameter.value.sizes()));
  }
  return model;
}

const contract::TensorEntry& GoldenCase::Entry(const std::string& name) const {
  const contract::TensorEntry* entry = tensors_.header().Find(name);
  if (entry != nullptr) return *entry;
  throw UserError("TENSOR_MISSING", path(), name,
                  fmt::format("{}: there is no tensor '{}'; write the file again", path(), name));
}

at::Tensor GoldenCase::Read(const std::string& name, at::IntArrayRef shape) {
  const contract::TensorEntry& entry = Entry(name);
  if (at::IntArrayRef(entry.shape) != shape) {
    throw UserError("TENSOR_SHAPE", path(), name,
                    fmt::format("{}: tensor '{}' is [{}], expected [{}] by case.json", path(), name,
                                fmt::join(entry.shape, ", "), fmt::join(shape, ", ")));
  }
  read_.insert(name);
  return tensors_.ReadFloat(name);
}

at::Tensor GoldenCase::ReadWhole(const std::string& name, at::IntArrayRef shape, int64_t least,
                                 int64_t most) {
  const contract::TensorEntry& entry = Entry(name);
  const bool whole = entry.dtype == "I32" || entry.dtype == "I64" || entry.dtype == "U8";
  if (at::IntArrayRef(entry.shape) != shape || !whole) {
    throw UserError(
        "TENSOR_SHAPE", path(), name,
        fmt::format("{}: tensor '{}' is {} [{}], expected whole numbers [{}] by case.json", path(),
                    name, entry.dtype, fmt::join(entry.shape, ", "), fmt::join(shape, ", ")));
  }
  read_.insert(name);
  at::Tensor values = tensors_.Read(name).to(at::kLong);
  if (values.numel() == 0) return values;
  for (const int64_t found : {values.min().item<int64_t>(), values.max().item<int64_t>()}) {
    if (found >= least && found <= most) continue;
    throw UserError("BAD_CASE", path(), name,
                    fmt::format("{}: tensor '{}' holds {}, expected {} to {}; write the file again",
                                path(), name, found, least, most));
  }
  return values;
}

at::Tensor GoldenCase::ReadMask(const std::string& name, at::IntArrayRef shape) {
  return ReadWhole(name, shape, 0, 1).to(at::kByte).flatten();
}

void GoldenCase::ReadInputs(const BertConfig& config, int64_t labels) {
  const std::vector<int64_t> stored = Entry("input_ids").shape;
  const int64_t rows = file_.forwards_per_epoch;
  const int64_t batch = stored.size() == 3 ? std::max<int64_t>(stored[1], 1) : 1;
  const int64_t tokens = stored.size() == 3 ? std::max<int64_t>(stored[2], 1) : 1;
  const std::vector<int64_t> shape = {rows, batch, tokens};
  inputs_.input_ids = ReadWhole("input_ids", shape, 0, config.vocab_size - 1);
  inputs_.token_type_ids = ReadWhole("token_type_ids", shape, 0, config.type_vocab_size - 1);
  inputs_.attention_mask = ReadWhole("attention_mask", shape, 0, 1);
  if (tokens > config.max_position_embeddings) {
    throw UserError("TENSOR_SHAPE", path(), "input_ids",
                    fmt::format("{}: tensor 'input_ids' is [{}], but the model has {} positions",
                                path(), fmt::join(shape, ", "), config.max_position_embeddings));
  }
  const std::vector<int64_t> targets = {rows, batch};
  switch (file_.head) {
    case Head::kClassification:
      inputs_.labels = ReadWhole("labels", targets, 0, labels - 1);
      break;
    case Head::kRegression:
      inputs_.labels = Read("labels", targets);
      break;
    case Head::kSpan:  // any number: the loss clamps
      inputs_.start_positions = ReadWhole("start_positions", targets, INT32_MIN, INT32_MAX);
      inputs_.end_positions = ReadWhole("end_positions", targets, INT32_MIN, INT32_MAX);
      break;
  }
}

Batch GoldenCase::MicroBatch(int64_t forward) const {
  const int64_t row = forward % file_.forwards_per_epoch;
  const auto of = [&](const at::Tensor& all) { return all.defined() ? all[row] : all; };
  Batch batch;
  batch.input_ids = of(inputs_.input_ids);
  batch.token_type_ids = of(inputs_.token_type_ids);
  batch.attention_mask = of(inputs_.attention_mask);
  batch.labels = of(inputs_.labels);
  batch.start_positions = of(inputs_.start_positions);
  batch.end_positions = of(inputs_.end_positions);
  return batch;
}

std::vector<std::string> GoldenCase::Unread() const {
  std::vector<std::string> unread;
  for (const contract::TensorEntry& entry : tensors_.header().tensors) {
    if (!read_.contains(entry.name)) unread.push_back(entry.name);
  }
  return unread;
}

std::string StoredName(const std::string& parameter) {
  const bool head = parameter.starts_with("classifier.") || parameter.starts_with("qa_outputs.");
  return head ? parameter : "bert." + parameter;
}

std::string MatrixName(const std::string& weight) {
  return StoredName(weight.substr(0, weight.rfind('.')));
}

}  // namespace sparsweep::core
