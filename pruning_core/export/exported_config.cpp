#include "pruning_core/export/exported_config.h"

#include <fstream>
#include <nlohmann/json.hpp>

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

std::string Text(const ordered_json& json) { return json.dump(2) + "\n"; }

}  // namespace

std::string ExportedConfig(const ExportTarget& target) {
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
  for (const char* stale : {"_name_or_path", "torch_dtype", "transformers_version"}) {
    config.erase(stale);
  }
  config["architectures"] = {target.pooling == "cls" ? "BertForSequenceClassification"
                                                     : "BertModel"};
  config["model_type"] = "bert";
  config["dtype"] = "float32";
  config["num_hidden_layers"] = target.layers;
  config["problem_type"] = "single_label_classification";
  config["id2label"] = ordered_json::object();
  config["label2id"] = ordered_json::object();
  for (size_t i = 0; i < target.labels.size(); ++i) {
    config["id2label"][std::to_string(i)] = target.labels[i];
    config["label2id"][target.labels[i]] = i;
  }
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
