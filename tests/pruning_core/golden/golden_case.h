// One stored run of the reference: tests/golden/README.md describes the files.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "contract/trial_spec.h"
#include "pruning_core/data/batch.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/models/parameter.h"
#include "pruning_core/optim/hyperparameters.h"

namespace sparsweep::core::golden {

class GoldenCase {
 public:
  explicit GoldenCase(const std::string& directory);

  [[nodiscard]] const nlohmann::json& json() const { return json_; }
  [[nodiscard]] bool Has(const std::string& tensor) const { return tensors_.Has(tensor); }
  [[nodiscard]] at::Tensor Tensor(const std::string& name) const;
  // Results in the file that Tensor() was never asked for, without those of parameters whose
  // gradient is noise.
  [[nodiscard]] std::vector<std::string> Unread() const;

  [[nodiscard]] BertConfig Config() const;
  [[nodiscard]] int64_t Labels() const;
  [[nodiscard]] bool Regression() const { return json_["task"] == "regression"; }
  // The method in our words, numerics: reference.
  [[nodiscard]] contract::PruningSpec Pruning() const;
  [[nodiscard]] Hyperparameters Hyper() const;
  // Parameters from init/…; `name` as ours, without "bert.".
  void Fill(const ParameterList& parameters) const;
  // Micro-batch f; labels as the task's loss takes them.
  [[nodiscard]] Batch MicroBatch(int64_t forward) const;

 private:
  nlohmann::json json_;
  SafetensorsReader tensors_;
  mutable std::set<std::string> read_;
};

// "encoder.…" → "bert.encoder.…"; the head has no prefix.
[[nodiscard]] std::string FileName(const std::string& parameter);
// "encoder.….query.weight" → "bert.encoder.….query", the name of a mask.
[[nodiscard]] std::string ModuleName(const std::string& weight);

}  // namespace sparsweep::core::golden
