#include "pruning_core/export/exported_config.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using nlohmann::ordered_json;

ordered_json Module(int index, const char* path, const char* type) {
  return {{"idx", index},
          {"name", std::to_string(index)},
          {"path", path},
          {"type", std::string("sentence_transformers.models.") + type}};
}

const char* Architecture(ExportedKind kind) {
  switch (kind) {
    case ExportedKind::kClassifier:
      return "BertForSequenceClassification";
    case ExportedKind::kQuestionAnswering:
      return "BertForQuestionAnswering";
    case ExportedKind::kSentenceModel:
      return "BertModel";
  }
  return "";
}

void NameOutputs(const std::vector<std::string>& labels, ordered_json& config) {
  config["problem_type"] = labels.empty() ? "regression" : "single_label_classification";
  const std::vector<std::string> unnamed{"LABEL_0"};  // how many outputs a regression has
  ordered_json names = ordered_json::object();
  ordered_json numbers = ordered_json::object();
  for (const std::string& label : labels.empty() ? unnamed : labels) {
    const size_t number = names.size();
    names[std::to_string(number)] = label;
    numbers[label] = number;
  }
  config["id2label"] = std::move(names);
  config["label2id"] = std::move(numbers);
}

std::string Text(const ordered_json& json) { return json.dump(2) + "\n"; }

}  // namespace

std::string ExportedConfig(const ExportTarget& target, ExportedKind kind) {
  const std::string path = target.source + "/config.json";
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw UserError("MODEL_NOT_FOUND", "model.path", path,
                    "model.path: cannot read " + path + "; is it an HF directory?");
  }
  ordered_json config = ordered_json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!config.is_object()) {
    throw UserError("BAD_MODEL", "model.path", path,
                    "model.path: " + path + " is not a JSON object; get the file again");
  }
  // Of the source, not of this model.
  for (const char* stale : {"_name_or_path", "torch_dtype", "transformers_version", "num_labels",
                            "problem_type", "id2label", "label2id"}) {
    config.erase(stale);
  }
  config["architectures"] = {Architecture(kind)};
  config["model_type"] = "bert";
  config["dtype"] = "float32";
  config["num_hidden_layers"] = target.layers;
  if (kind != ExportedKind::kQuestionAnswering) NameOutputs(target.labels, config);
  return Text(config);
}

std::string ModulesJson() {
  return Text({Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling"),
               Module(2, "2_Dense", "Dense")});
}

std::string SentenceBertConfig(const ExportTarget& target) {
  // Lower-casing is the tokenizer's.
  return Text({{"max_seq_length", target.max_length}, {"do_lower_case", false}});
}

std::string PoolingConfig(int64_t hidden) {
  return Text({{"word_embedding_dimension", hidden},
               {"pooling_mode_cls_token", false},
               {"pooling_mode_mean_tokens", true},
               {"pooling_mode_max_tokens", false},
               {"pooling_mode_mean_sqrt_len_tokens", false}});
}

std::string DenseConfig(int64_t hidden, int64_t classes) {
  return Text({{"in_features", hidden},
               {"out_features", classes},
               {"bias", true},
               {"activation_function", "torch.nn.modules.linear.Identity"}});
}

}  // namespace sparsweep::core
