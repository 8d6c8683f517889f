// model_sample SOURCE OUT HEAD LABELS POOLING
//
// Computes hidden states [B, S, H] and logits of an HF directory's model, all layers, for the
// input_ids, token_type_ids and attention_mask of OUT/inputs.safetensors, and writes them to
// OUT/outputs.safetensors; then exports the model to OUT/model. HEAD: classification | regression |
// span. test_models.py holds it against transformers.
#include <cstdlib>
#include <iostream>
#include <string>

#include "pruning_core/export/model_export.h"
#include "pruning_core/model_io/safetensors_reader.h"
#include "pruning_core/model_io/safetensors_writer.h"
#include "pruning_core/models/model_loader.h"

namespace sparsweep::core {
namespace {

void Run(char** arguments) {
  const std::string source = arguments[1];
  const std::string out = arguments[2];
  const Head head = HeadOfTask(arguments[3]);
  const auto labels = std::strtol(arguments[4], nullptr, 10);
  const std::string pooling = arguments[5];
  const SafetensorsReader inputs(out + "/inputs.safetensors");
  const Batch batch{.input_ids = inputs.Read("input_ids"),
                    .token_type_ids = inputs.Read("token_type_ids"),
                    .attention_mask = inputs.Read("attention_mask")};
  const LoadedModel loaded = LoadBertModel({source, 0, pooling}, head, labels, /*seed=*/7);
  for (const std::string& name : loaded.initialized) std::cout << "drawn " << name << "\n";
  const BertModel& model = loaded.model;
  WriteSafetensors(out + "/outputs.safetensors",
                   {{"hidden", model.HiddenStates(batch).detach().contiguous()},
                    {"logits", model.InferLogits(batch).contiguous()}});
  ExportTarget target{out + "/model", source, static_cast<uint32_t>(model.layers()),
                      pooling,        {},     32};
  for (long i = 0; head == Head::kClassification && i < labels; ++i) {
    target.labels.push_back("label " + std::to_string(i));
  }
  ExportModel(target, model.ParameterMap());
}

}  // namespace
}  // namespace sparsweep::core

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: model_sample SOURCE OUT HEAD LABELS POOLING\n";
    return 2;
  }
  sparsweep::core::Run(argv);
  return 0;
}
