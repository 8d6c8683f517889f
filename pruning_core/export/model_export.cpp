#include "pruning_core/export/model_export.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "pruning_core/export/exported_config.h"
#include "pruning_core/model_io/atomic_file.h"
#include "pruning_core/model_io/bert_weights.h"
#include "pruning_core/model_io/safetensors_writer.h"

namespace sparsweep::core {
namespace {

namespace fs = std::filesystem;
using Parameters = std::map<std::string, at::Tensor>;

constexpr std::array kTokenizerFiles{"vocab.txt", "tokenizer.json", "tokenizer_config.json",
                                     "special_tokens_map.json", "added_tokens.json"};
constexpr std::string_view kHead = "classifier.";
constexpr std::string_view kSpanHead = "qa_outputs.";
constexpr std::string_view kPooler = "pooler.";

at::Tensor Plain(const at::Tensor& tensor) {
  return tensor.detach().to(at::kCPU, at::kFloat).contiguous();
}

const at::Tensor& Require(const Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) {
    throw std::invalid_argument("the parameters to export lack " + name);
  }
  return found->second;
}

std::string ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw std::system_error(errno, std::generic_category(), "reading " + path.string());
  return text;
}

void WriteText(const fs::path& path, const std::string& text) {
  AtomicFile file(path);
  file.Write(text.data(), text.size());
  file.Commit();
}

void WriteWeights(const fs::path& path, const std::vector<NamedTensor>& tensors) {
  // transformers refuses a file that does not say whose layout it has.
  WriteSafetensors(path, tensors, {{"format", "pt"}});
}

// The encoder under its prefix, the head beside it.
void WriteWithHead(const fs::path& directory, const Parameters& parameters) {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : parameters) {
    const bool head = name.starts_with(kHead) || name.starts_with(kSpanHead);
    tensors.push_back({head ? name : "bert." + name, Plain(tensor)});
  }
  WriteWeights(directory / "model.safetensors", tensors);
}

// The source's pooler, which mean pooling neither uses nor trains.
void AddUnusedPooler(const std::string& source, int64_t hidden, std::vector<NamedTensor>& tensors) {
  const BertWeights weights(source);
  auto weight = weights.ReadIfFits("pooler.dense.weight", {hidden, hidden});
  auto bias = weights.ReadIfFits("pooler.dense.bias", {hidden});
  if (!weight || !bias) return;
  tensors.push_back({"pooler.dense.weight", *weight});
  tensors.push_back({"pooler.dense.bias", *bias});
}

void WriteSentenceModel(const fs::path& directory, const ExportTarget& target,
                        const Parameters& parameters) {
  const at::Tensor& head = Require(parameters, "classifier.weight");  // [classes, hidden]
  const int64_t hidden = head.size(1);
  std::vector<NamedTensor> tensors;
  bool has_pooler = false;
  for (const auto& [name, tensor] : parameters) {
    if (name.starts_with(kHead)) continue;
    has_pooler = has_pooler || name.starts_with(kPooler);
    tensors.push_back({name, Plain(tensor)});
  }
  if (!has_pooler) AddUnusedPooler(target.source, hidden, tensors);
  WriteWeights(directory / "model.safetensors", tensors);

  fs::create_directories(directory / "1_Pooling");
  fs::create_directories(directory / "2_Dense");
  WriteText(directory / "modules.json", ModulesJson());
  WriteText(directory / "sentence_bert_config.json", SentenceBertConfig(target));
  WriteText(directory / "1_Pooling" / "config.json", PoolingConfig(hidden));
  WriteText(directory / "2_Dense" / "config.json", DenseConfig(hidden, head.size(0)));
  WriteWeights(directory / "2_Dense" / "model.safetensors",
               {{"linear.weight", Plain(head)},
                {"linear.bias", Plain(Require(parameters, "classifier.bias"))}});
}

ExportedKind KindOf(const ExportTarget& target, const Parameters& parameters) {
  if (parameters.contains("qa_outputs.weight")) return ExportedKind::kQuestionAnswering;
  return target.pooling == "cls" ? ExportedKind::kClassifier : ExportedKind::kSentenceModel;
}

void RequireAll(ExportedKind kind, const Parameters& parameters) {
  static_cast<void>(Require(parameters, "embeddings.word_embeddings.weight"));
  const bool span = kind == ExportedKind::kQuestionAnswering;
  for (const char* name : {"weight", "bias"}) {
    static_cast<void>(Require(parameters, std::string(span ? kSpanHead : kHead) + name));
  }
  if (kind == ExportedKind::kClassifier) {
    static_cast<void>(Require(parameters, "pooler.dense.weight"));
  }
}

}  // namespace

void ExportModel(const ExportTarget& target, const Parameters& parameters) {
  const ExportedKind kind = KindOf(target, parameters);
  RequireAll(kind, parameters);
  const fs::path partial = target.directory + ".partial";
  const std::string config = ExportedConfig(target, kind);
  fs::remove_all(partial);
  fs::create_directories(partial);
  WriteText(partial / "config.json", config);
  for (const char* name : kTokenizerFiles) {
    const fs::path file = fs::path(target.source) / name;
    if (fs::exists(file)) WriteText(partial / name, ReadText(file));
  }
  if (kind == ExportedKind::kSentenceModel) {
    WriteSentenceModel(partial, target, parameters);
  } else {
    WriteWithHead(partial, parameters);
  }
  fs::remove_all(target.directory);
  fs::rename(partial, target.directory);
  SyncDirectoryOf(target.directory);
}

}  // namespace sparsweep::core
