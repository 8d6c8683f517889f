#include "pruning_core/model_io/bert_config.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "contract/nearest.h"
#include "contract/strict_json.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {
namespace {

using nlohmann::json;

constexpr std::uintmax_t kMaxFile = 1 << 20;  // bytes

// HF's names of hidden_act.
constexpr std::array<std::pair<std::string_view, Activation>, 9> kActivations{
    {{"gelu", Activation::kGelu},
     {"gelu_python", Activation::kGelu},
     {"gelu_new", Activation::kGeluTanh},
     {"gelu_fast", Activation::kGeluTanh},
     {"gelu_accurate", Activation::kGeluTanh},
     {"gelu_pytorch_tanh", Activation::kGeluTanh},
     {"relu", Activation::kRelu},
     {"silu", Activation::kSilu},
     {"swish", Activation::kSilu}}};

class ConfigReader {
 public:
  ConfigReader(std::string_view text, const std::string& file) : file_(file) {
    auto parsed = contract::ParseStrictJson(text, kMaxFile, "content");
    if (!parsed.ok()) Refuse("", "", std::string(parsed.status().message()));
    json_ = *std::move(parsed);
    if (!json_.is_object()) Refuse("", "", "not a JSON object");
  }

  [[noreturn]] void Refuse(const std::string& key, const std::string& value,
                           const std::string& problem) const {
    throw UserError("BAD_CONFIG", file_, value,
                    fmt::format("{}: {}{}{}; give the directory of a BERT model", file_, key,
                                key.empty() ? "" : ": ", problem));
  }

  // `expected` where the key is there or needed.
  void Expect(const char* key, const std::string& expected, bool required) const {
    const auto found = json_.find(key);
    if (found == json_.end() && !required) return;
    const std::string value = found == json_.end() ? "nothing" : contract::Shown(*found);
    if (found == json_.end() || !found->is_string() || *found != expected) {
      Refuse(key, value, fmt::format("{} is not supported, only \"{}\" is", value, expected));
    }
  }

  void ExpectNot(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end() || (found->is_boolean() && !found->get<bool>())) return;
    Refuse(key, contract::Shown(*found), "only false is supported");
  }

  Activation HiddenAct() const {
    const auto found = json_.find("hidden_act");
    if (found == json_.end()) return Activation::kGelu;
    const std::string shown = contract::Shown(*found);
    if (!found->is_string()) Refuse("hidden_act", shown, shown + " is not a name");
    const auto& name = found->get_ref<const std::string&>();
    std::vector<std::string_view> known;
    for (const auto& [candidate, activation] : kActivations) {
      if (candidate == name) return activation;
      known.push_back(candidate);
    }
    Refuse("hidden_act", shown,
           fmt::format("unknown {}{}", shown, contract::NearestHint(name, known)));
  }

  std::vector<std::string> Labels() const {
    const auto found = json_.find("id2label");
    if (found == json_.end() || found->is_null()) return {};
    if (!found->is_object()) Refuse("id2label", "", "not an object");
    std::vector<std::string> labels;
    for (size_t id = 0; id < found->size(); ++id) {
      const auto label = found->find(std::to_string(id));
      if (label == found->end() || !label->is_string()) {
        Refuse("id2label", std::to_string(id),
               fmt::format("{} entries, but no text for \"{}\"", found->size(), id));
      }
      labels.push_back(label->get<std::string>());
    }
    return labels;
  }

  std::string Architecture() const {
    const auto found = json_.find("architectures");
    if (found == json_.end() || !found->is_array() || found->empty()) return {};
    const json& first = found->front();
    return first.is_string() ? first.get<std::string>() : std::string();
  }

  int64_t Size(const char* key, int64_t least, int64_t most) const {
    const auto found = json_.find(key);
    if (found == json_.end()) Refuse(key, "", "missing");
    return Bounded(key, *found, least, most);
  }

  // 0 where it is left out, as HF has it; -1 for null.
  int64_t PadToken(int64_t vocabulary) const {
    const auto found = json_.find("pad_token_id");
    if (found == json_.end()) return 0;
    return found->is_null() ? -1 : Bounded("pad_token_id", *found, 0, vocabulary - 1);
  }

  double FractionOr(const char* key, double fallback) const {
    const auto found = json_.find(key);
    if (found == json_.end()) return fallback;
    const double value = found->is_number() ? found->get<double>() : -1.0;
    if (!(value > 0.0 && value < 1.0)) {
      Refuse(key, contract::Shown(*found), "must lie between 0 and 1");
    }
    return value;
  }

 private:
  int64_t Bounded(const char* key, const json& value, int64_t least, int64_t most) const {
    const bool fits = value.is_number_integer() &&
                      !(value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX) &&
                      value.get<int64_t>() >= least && value.get<int64_t>() <= most;
    if (!fits) {
      const std::string shown = contract::Shown(value);
      Refuse(key, shown, fmt::format("{} is not a whole number from {} to {}", shown, least, most));
    }
    return value.get<int64_t>();
  }

  json json_;
  const std::string& file_;
};

}  // namespace

BertConfig ParseBertConfig(std::string_view text, const std::string& file) {
  const ConfigReader reader(text, file);
  reader.Expect("model_type", "bert", true);
  reader.Expect("position_embedding_type", "absolute", false);
  reader.ExpectNot("is_decoder");
  reader.ExpectNot("add_cross_attention");
  BertConfig config;
  config.vocab_size = reader.Size("vocab_size", 1, 10'000'000);
  config.hidden_size = reader.Size("hidden_size", 1, 16'384);
  config.num_hidden_layers = reader.Size("num_hidden_layers", 1, 256);
  config.num_attention_heads = reader.Size("num_attention_heads", 1, 1'024);
  config.intermediate_size = reader.Size("intermediate_size", 1, 131'072);
  config.max_position_embeddings = reader.Size("max_position_embeddings", 1, 131'072);
  config.type_vocab_size = reader.Size("type_vocab_size", 1, 1'024);
  config.layer_norm_eps = reader.FractionOr("layer_norm_eps", 1e-12);
  config.pad_token_id = reader.PadToken(config.vocab_size);
  config.activation = reader.HiddenAct();
  config.labels = reader.Labels();
  config.architecture = reader.Architecture();
  if (config.hidden_size % config.num_attention_heads != 0) {
    reader.Refuse("num_attention_heads", fmt::format("{}", config.num_attention_heads),
                  fmt::format("{} does not divide hidden_size {}", config.num_attention_heads,
                              config.hidden_size));
  }
  return config;
}

BertConfig ReadBertConfig(const std::string& directory, const std::string& field) {
  const std::string file = directory + "/config.json";
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    throw UserError("MODEL_NOT_FOUND", field, directory,
                    fmt::format("{}: '{}' is not a directory; give an HF model directory with "
                                "config.json and model.safetensors",
                                field, directory));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw UserError("MODEL_NOT_FOUND", field, directory,
                    fmt::format("{}: '{}' has no readable config.json; give an HF model directory",
                                field, directory));
  }
  if (std::filesystem::file_size(file, error) > kMaxFile) {
    throw UserError("BAD_CONFIG", file, "",
                    fmt::format("{}: larger than 1 MiB; give the directory of a BERT model", file));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return ParseBertConfig(text, file);
}

}  // namespace sparsweep::core
