#include "pruning_core/verify/golden_case.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

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

const contract::TensorEntry& GoldenCase::Entry(const std::string& name) const {
  const contract::TensorEntry* entry = tensors_.header().Find(name);
  if (entry != nullptr) return *entry;
  throw UserError("TENSOR_MISSING", path(), name,
                  fmt::format("{}: there is no tensor '{}'; write the file again", path(), name));
}

void GoldenCase::Require(const std::string& name, at::IntArrayRef shape) const {
  const contract::TensorEntry& entry = Entry(name);
  if (at::IntArrayRef(entry.shape) != shape) {
    throw UserError("TENSOR_SHAPE", path(), name,
                    fmt::format("{}: tensor '{}' is [{}], expected [{}] by case.json", path(), name,
                                fmt::join(entry.shape, ", "), fmt::join(shape, ", ")));
  }
}

at::Tensor GoldenCase::Read(const std::string& name, at::IntArrayRef shape) {
  Require(name, shape);
  read_.insert(name);
  at::Tensor values = tensors_.ReadFloat(name);
  const float* begin = values.const_data_ptr<float>();
  const float* end = begin + values.numel();
  const float* wrong = std::find_if(begin, end, [](float value) { return !std::isfinite(value); });
  if (wrong != end) {
    throw UserError("BAD_CASE", path(), name,
                    fmt::format("{}: tensor '{}' holds {} at element {}; write the file again",
                                path(), name, *wrong, wrong - begin));
  }
  return values;
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
  try {
    (void)TokensOfEach(inputs_.attention_mask.flatten(0, 1));
  } catch (const std::invalid_argument& problem) {
    throw UserError("BAD_CASE", path(), "attention_mask",
                    fmt::format("{}: tensor 'attention_mask': {}; write the file again", path(),
                                problem.what()));
  }
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

}  // namespace sparsweep::core
