#include "tests/pruning_core/golden/golden_case.h"

#include <fstream>
#include <stdexcept>

namespace sparsweep::core::golden {
namespace {

nlohmann::json ReadJson(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot open " + file);
  return nlohmann::json::parse(stream);
}

}  // namespace

GoldenCase::GoldenCase(const std::string& directory)
    : json_(ReadJson(directory + "/case.json")), tensors_(directory + "/tensors.safetensors") {}

at::Tensor GoldenCase::Tensor(const std::string& name) const {
  read_.insert(name);
  return tensors_.Read(name);
}

std::vector<std::string> GoldenCase::Unread() const {
  std::set<std::string> noise;
  for (const auto& name : json_["noise_only_gradient"]) noise.insert(name);
  std::vector<std::string> unread;
  for (const contract::TensorEntry& entry : tensors_.header().tensors) {
    const size_t slash = entry.name.find('/');
    if (slash == std::string::npos || entry.name.starts_with("init/")) continue;
    if (read_.contains(entry.name) || noise.contains(entry.name.substr(slash + 1))) continue;
    unread.push_back(entry.name);
  }
  return unread;
}

BertConfig GoldenCase::Config() const {
  return ParseBertConfig(json_["config"].dump(), "case.json");
}

int64_t GoldenCase::Labels() const { return json_["config"]["num_labels"]; }

contract::PruningSpec GoldenCase::Pruning() const {
  contract::PruningSpec spec;
  spec.numerics = "reference";
  spec.selection = json_["hyper"]["global_topk"] ? "global" : "local";
  const std::string method = json_["method"];
  if (method == "dense") spec.method = "dense";
  if (method == "magnitude") spec.method = "magnitude";
  if (method == "topK" || method == "threshold") spec.method = "movement";
  if (method == "sigmoied_threshold") spec.method = "soft_movement";
  return spec;
}

Hyperparameters GoldenCase::Hyper() const {
  const nlohmann::json& from = json_["hyper"];
  Hyperparameters hyper;
  hyper.learning_rate = from["lr"];
  hyper.head_learning_rate = from["lr"];
  hyper.score_learning_rate = from["score_lr"];
  hyper.weight_decay = from["weight_decay"];
  hyper.max_grad_norm = from["max_grad_norm"];
  hyper.adam = {from["adam_beta1"], from["adam_beta2"], from["adam_epsilon"]};
  hyper.total_steps = json_["total_steps"];
  hyper.warmup_steps = from["warmup_steps"];
  hyper.schedule = {from["initial_threshold"], from["final_threshold"], from["final_lambda"],
                    hyper.total_steps,         hyper.warmup_steps,      from["initial_warmup"],
                    from["final_warmup"]};
  hyper.first_schedule_step = json_["first_schedule_step"];
  return hyper;
}

void GoldenCase::Fill(const ParameterList& parameters) const {
  for (const Parameter& parameter : parameters) {
    parameter.value.copy_(tensors_.ReadFloat("init/" + FileName(parameter.name)));
  }
}

Batch GoldenCase::MicroBatch(int64_t forward) const {
  const int64_t row = forward % json_["micro_steps_per_epoch"].get<int64_t>();
  const auto tokens = [&](const char* name) { return Tensor(name)[row].to(at::kLong); };
  const at::Tensor labels = Tensor("labels")[row];
  return {tokens("input_ids"), tokens("token_type_ids"), tokens("attention_mask"),
          labels.to(Regression() ? at::kFloat : at::kLong)};
}

std::string FileName(const std::string& parameter) {
  return parameter.starts_with("classifier.") ? parameter : "bert." + parameter;
}

std::string ModuleName(const std::string& weight) {
  return FileName(weight.substr(0, weight.rfind('.')));
}

}  // namespace sparsweep::core::golden
