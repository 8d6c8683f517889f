#include "tests/support/tiny_model.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "contract/safetensors_header.h"

namespace sparsweep::test {
namespace {

constexpr int kHidden = 16;
constexpr int kIntermediate = 32;
constexpr int kPositions = 32;
constexpr int kLayers = 2;
constexpr const char* kLabels[] = {"alpha", "beta", "gamma"};
constexpr int kTopics = kTinyTopics;  // one a label, and one that says nothing
constexpr int kWordsPerTopic = kTinyWords;

// SplitMix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t x = state_ += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }
  int Below(int bound) { return static_cast<int>((Next() >> 33) % static_cast<uint64_t>(bound)); }
  // In (-1, 1).
  float Signed() { return static_cast<float>(static_cast<double>(Next() >> 11) * 0x1p-52 - 1.0); }

 private:
  uint64_t state_;
};

std::vector<std::string> Vocabulary() {
  std::vector<std::string> pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
  for (int topic = 0; topic < kTopics; ++topic) {
    for (int i = 0; i < kWordsPerTopic; ++i) pieces.push_back(TinyWord(topic, i));
  }
  return pieces;
}

using Shape = std::vector<int64_t>;

std::vector<std::pair<std::string, Shape>> Tensors() {
  const auto vocabulary = static_cast<int64_t>(Vocabulary().size());
  std::vector<std::pair<std::string, Shape>> tensors{
      {"embeddings.word_embeddings.weight", {vocabulary, kHidden}},
      {"embeddings.position_embeddings.weight", {kPositions, kHidden}},
      {"embeddings.token_type_embeddings.weight", {2, kHidden}}};
  const auto norm = [&](const std::string& name) {
    tensors.push_back({name + ".LayerNorm.weight", {kHidden}});
    tensors.push_back({name + ".LayerNorm.bias", {kHidden}});
  };
  const auto linear = [&](const std::string& name, int out, int in) {
    tensors.push_back({name + ".weight", {out, in}});
    tensors.push_back({name + ".bias", {out}});
  };
  norm("embeddings");
  for (int layer = 0; layer < kLayers; ++layer) {
    const std::string prefix = "encoder.layer." + std::to_string(layer);
    for (const char* part : {"query", "key", "value"}) {
      linear(prefix + ".attention.self." + part, kHidden, kHidden);
    }
    linear(prefix + ".attention.output.dense", kHidden, kHidden);
    norm(prefix + ".attention.output");
    linear(prefix + ".intermediate.dense", kIntermediate, kHidden);
    linear(prefix + ".output.dense", kHidden, kIntermediate);
    norm(prefix + ".output");
  }
  linear("pooler.dense", kHidden, kHidden);
  return tensors;
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string WeightsFile(const std::vector<std::pair<std::string, Shape>>& tensors, uint64_t seed) {
  Random random(seed);
  std::vector<contract::TensorEntry> entries;
  std::string data;
  for (const auto& [name, shape] : tensors) {
    contract::TensorEntry entry{name, "F32", shape, data.size(), 0};
    int64_t size = 1;
    for (const int64_t extent : shape) size *= extent;
    const bool one = name.ends_with("LayerNorm.weight");
    for (int64_t i = 0; i < size; ++i) {
      const float value =
          (one ? 1.0f : 0.0f) + (shape.size() == 2 ? 0.3f : 0.02f) * random.Signed();
      char bytes[sizeof value];
      std::memcpy(bytes, &value, sizeof value);
      data.append(bytes, sizeof value);
    }
    entry.end = data.size();
    entries.push_back(std::move(entry));
  }
  return contract::SerializeSafetensorsHeader(entries, {{"format", "pt"}}) + data;
}

// vocab.txt and config.json, the latter with these members too.
void WriteModelFiles(const std::string& directory, const std::string& members) {
  std::filesystem::create_directories(directory);
  std::string vocabulary;
  for (const std::string& piece : Vocabulary()) vocabulary += piece + "\n";
  WriteFile(directory + "/vocab.txt", vocabulary);
  WriteFile(
      directory + "/config.json",
      "{" + members +
          R"(,"model_type":"bert","hidden_act":"gelu","hidden_size":16,"num_hidden_layers":2,)"
          R"("num_attention_heads":2,"intermediate_size":32,"max_position_embeddings":32,)"
          R"("type_vocab_size":2,"layer_norm_eps":1e-12,"pad_token_id":0,"vocab_size":)" +
          std::to_string(Vocabulary().size()) + "}\n");
}

}  // namespace

// "kao", "kbo", …: words that are single pieces.
std::string TinyWord(int topic, int i) {
  return {static_cast<char>('k' + topic), static_cast<char>('a' + i), 'o'};
}

void WriteTinyModel(const std::string& directory) {
  WriteModelFiles(directory, R"("architectures":["BertModel"])");
  WriteFile(directory + "/model.safetensors", WeightsFile(Tensors(), 20));
}

void WriteTinyTeacher(const std::string& directory, const std::vector<std::string>& labels) {
  std::string names;
  for (size_t i = 0; i < labels.size(); ++i) {
    names += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":\"" + labels[i] + "\"";
  }
  WriteModelFiles(
      directory, R"("architectures":["BertForSequenceClassification"],"id2label":{)" + names + "}");
  auto tensors = Tensors();
  const auto classes = static_cast<int64_t>(labels.size());
  tensors.push_back({"classifier.weight", {classes, kHidden}});
  tensors.push_back({"classifier.bias", {classes}});
  WriteFile(directory + "/model.safetensors", WeightsFile(tensors, 21));
}

void WriteTinyData(const std::string& path, int examples, uint64_t seed) {
  Random random(seed);
  std::string text = "text\tlabel\n";
  for (int example = 0; example < examples; ++example) {
    const int label = random.Below(3);
    const int words = 3 + random.Below(10);
    for (int i = 0; i < words; ++i) {
      const int topic = random.Below(10) < 8 ? label : random.Below(kTopics);
      if (i > 0) text += ' ';
      text += TinyWord(topic, random.Below(kWordsPerTopic));
    }
    text += std::string("\t") + kLabels[label] + "\n";
  }
  WriteFile(path, text);
}

contract::TrialSpec TinyTrial(const std::string& folder, const std::string& method) {
  WriteTinyModel(folder + "/model");
  WriteTinyData(folder + "/train.tsv", 400, 1);
  WriteTinyData(folder + "/dev.tsv", 200, 2);
  contract::TrialSpec spec;
  spec.sweep = "tiny";
  spec.trial = contract::TrialName(1);
  spec.model = {.path = folder + "/model", .layers = 0, .pooling = "mean"};
  spec.task.train = folder + "/train.tsv";
  spec.task.dev = folder + "/dev.tsv";
  spec.task.format.text = {"text"};
  spec.task.max_length = 16;
  spec.training.steps = 40;
  spec.training.batch = 8;
  spec.training.learning_rate = 1e-2;
  spec.training.head_learning_rate = 5e-2;
  spec.training.warmup_steps = 4;
  spec.training.evaluate_every = 10;
  spec.training.checkpoint_every = 10;
  spec.pruning.method = method;
  spec.pruning.score_learning_rate = 0.3;
  if (method == "magnitude" || method == "movement") spec.pruning.density = 0.25;
  if (method == "soft_movement" || method == "l0") spec.pruning.lambda = 30;
  spec.directory = folder + "/attempt-1";
  return spec;
}

}  // namespace sparsweep::test
