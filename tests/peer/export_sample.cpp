// export_sample SOURCE OUT POOLING LAYERS LABELS MAX_LENGTH < TEXTS
//
// Exports the model of an HF directory with a head drawn at random and every third weight of its
// matrices masked, and writes what the trainer computes for the lines of stdin to
// OUT/expected.safetensors: input_ids, token_type_ids, attention_mask, hidden [B, S, H], logits [B,
// C]. test_export.py holds it against HF's libraries.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <string>

#include "pruning_core/data/batch.h"
#include "pruning_core/export/model_export.h"
#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/models/model_loader.h"

namespace sparsweep::core {
namespace {

void MaskEveryThirdWeight(BertModel& model) {
  for (Parameter& parameter : model.parameters()) {
    if (parameter.role != ParameterRole::kPrunable) continue;
    auto* weights = parameter.value.data_ptr<float>();
    for (int64_t i = 0; i < parameter.value.numel(); i += 3) weights[i] = 0;
  }
}

Batch ReadBatch(const WordPieceTokenizer& tokenizer, size_t max_length) {
  Dataset dataset;
  std::string line;
  while (std::getline(std::cin, line)) dataset.Add(tokenizer.Encode(line, max_length), 0);
  std::vector<uint32_t> rows(dataset.size());
  std::iota(rows.begin(), rows.end(), 0u);
  return MakeBatch(dataset, rows, tokenizer.pad_id());
}

void Export(char** arguments) {
  const std::string out = arguments[2];
  const auto label_count = std::strtol(arguments[5], nullptr, 10);
  ExportTarget target;
  target.directory = out + "/model";
  target.source = arguments[1];
  target.layers = static_cast<uint32_t>(std::strtoul(arguments[4], nullptr, 10));
  target.pooling = arguments[3];
  for (long i = 0; i < label_count; ++i) target.labels.push_back("label " + std::to_string(i));
  target.max_length = static_cast<uint32_t>(std::strtoul(arguments[6], nullptr, 10));

  contract::ModelSpec spec{target.source, target.layers, target.pooling};
  BertModel model = LoadBertModel(spec, Head::kClassification, label_count, /*seed=*/7).model;
  MaskEveryThirdWeight(model);
  const Batch batch = ReadBatch(WordPieceTokenizer::Load(target.source), target.max_length);
  std::filesystem::create_directories(out);
  WriteSafetensors(out + "/expected.safetensors",
                   {{"input_ids", batch.input_ids},
                    {"token_type_ids", batch.token_type_ids},
                    {"attention_mask", batch.attention_mask},
                    {"hidden", model.HiddenStates(batch).detach().contiguous()},
                    {"logits", model.InferLogits(batch).contiguous()}});
  ExportModel(target, model.ParameterMap());
}

}  // namespace
}  // namespace sparsweep::core

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: export_sample SOURCE OUT POOLING LAYERS LABELS MAX_LENGTH < TEXTS\n";
    return 2;
  }
  sparsweep::core::Export(argv);
  return 0;
}
