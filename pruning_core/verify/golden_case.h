// One stored run: case.json and tensors.safetensors of a folder, checked against each other.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ATen/core/Tensor.h"
#include "c10/util/ArrayRef.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/models/bert_model.h"
#include "pruning_core/verify/case_file.h"

namespace sparsweep::core {

// Owns the files' content; one thread. Every method throws UserError (BAD_SAFETENSORS,
// TENSOR_MISSING, TENSOR_SHAPE, BAD_CASE, BAD_CONFIG) that names file and tensor.
class GoldenCase {
 public:
  // Reads and checks all inputs, so that nothing the folder lacks shows up in the middle of a run:
  // FILE_NOT_FOUND for a missing file.
  explicit GoldenCase(const std::string& directory);

  [[nodiscard]] const CaseFile& file() const { return file_; }
  [[nodiscard]] const std::string& path() const { return tensors_.path(); }

  // Filled from init/…; reads the batches too.
  [[nodiscard]] BertModel Student();
  // With distillation, after Student(): filled from teacher/…. BAD_CASE where it cannot take the
  // student's batches or has other outputs.
  [[nodiscard]] BertModel Teacher(const BertModel& student);
  // F32, F16 or BF16 as fp32, contiguous; every number is finite, or it is BAD_CASE.
  [[nodiscard]] at::Tensor Read(const std::string& name, at::IntArrayRef shape);
  // The same, of whatever shape it has.
  [[nodiscard]] at::Tensor ReadAny(const std::string& name) {
    return Read(name, Entry(name).shape);
  }
  // U8, flat, 0 or 1.
  [[nodiscard]] at::Tensor ReadMask(const std::string& name, at::IntArrayRef shape);
  [[nodiscard]] bool Has(const std::string& name) const { return tensors_.Has(name); }

  // With the targets of the case's task. After Student().
  [[nodiscard]] Batch MicroBatch(int64_t forward) const;

  // Tensors that nothing has read.
  [[nodiscard]] std::vector<std::string> Unread() const;

 private:
  struct StoredModel {
    std::string group;  // "init/"
    BertConfig config;
    int64_t outputs = 0;
  };
  // Takes no memory for a model: what it gives is bounded by what the file really holds.
  [[nodiscard]] StoredModel Describe(const std::string& group, const std::string& config,
                                     std::optional<int64_t> labels) const;
  void RequireTeacherFits(const StoredModel& teacher, const BertModel& student) const;
  [[nodiscard]] BertModel Load(const StoredModel& stored);
  [[nodiscard]] std::string JsonFile() const;
  // Throws when the tensor is missing or has another shape; reads nothing.
  void Require(const std::string& name, at::IntArrayRef shape) const;
  // int64 from whole numbers that must lie in [least, most].
  at::Tensor ReadWhole(const std::string& name, at::IntArrayRef shape, int64_t least, int64_t most);
  void ReadInputs(const BertConfig& config, int64_t labels);
  const contract::TensorEntry& Entry(const std::string& name) const;

  CaseFile file_;
  SafetensorsReader tensors_;
  std::set<std::string> read_;
  Batch inputs_;  // of an epoch: a dimension more in front
};

// "encoder.…" → "bert.encoder.…"; heads have no prefix.
[[nodiscard]] std::string StoredName(const std::string& parameter);
// "encoder.….query.weight" → "bert.encoder.….query", the name of a matrix.
[[nodiscard]] std::string MatrixName(const std::string& weight);

}  // namespace sparsweep::core
