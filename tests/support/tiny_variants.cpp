#include "tests/support/tiny_variants.h"

#include "tests/support/tiny_model.h"
#include "tests/support/tiny_tasks.h"

namespace sparsweep::test {
namespace {

using contract::TrialSpec;
using Change = std::function<void(TrialSpec&)>;

TinyVariant Changed(std::string name, const std::string& method, const Change& change) {
  return {std::move(name), [method, change](const std::string& folder) {
            TrialSpec spec = TinyTrial(folder, method);
            change(spec);
            return spec;
          }};
}

// A density asked for instead of λ or density.
void AskForTarget(TrialSpec& spec) {
  spec.pruning.lambda.reset();
  spec.pruning.density.reset();
  spec.pruning.target_density = 0.2;
}

TinyVariant Distilled() {
  return {"distilled", [](const std::string& folder) {
            TrialSpec spec = TinyTrial(folder, "soft_movement");
            WriteTinyTeacher(folder + "/teacher");
            spec.training.teacher = folder + "/teacher";
            spec.cache_directory = folder + "/cache";
            return spec;
          }};
}

std::vector<TinyVariant> Make() {
  const Change nothing = [](TrialSpec&) {};
  return {
      Changed("dense", "dense", nothing),
      Changed("magnitude", "magnitude", nothing),
      Changed("movement", "movement", nothing),
      Changed("movement_global", "movement", [](auto& s) { s.pruning.selection = "global"; }),
      Changed("movement_one_shot", "movement", [](auto& s) { s.pruning.schedule = "one_shot"; }),
      Changed("movement_target", "movement", AskForTarget),
      Changed("soft_movement", "soft_movement", nothing),
      Changed("soft_movement_target", "soft_movement", AskForTarget),
      Changed("l0", "l0", nothing),
      Changed("l0_target", "l0", AskForTarget),
      Changed("l0_reference_accumulated", "l0",
              [](auto& s) {
                s.pruning.numerics = "reference";
                s.training.accumulation = 4;
              }),
      Changed("global_reference", "movement",
              [](auto& s) {
                s.pruning.numerics = "reference";
                s.pruning.selection = "global";
              }),
      Changed("accumulated", "movement", [](auto& s) { s.training.accumulation = 2; }),
      Changed("dropout", "soft_movement",
              [](auto& s) {
                s.training.dropout = 0.1;
                s.training.attention_dropout = 0.1;
                s.training.accumulation = 2;
              }),
      Distilled(),
      Changed("best", "movement",
              [](auto& s) {
                s.training.keep = "best";
                s.training.evaluate_every = 2;
                s.pruning.final_warmup = 4;
              }),
      Changed("patience", "dense",
              [](auto& s) {
                s.training.keep = "best";
                s.training.evaluate_every = 2;
                s.training.patience = 4;
              }),
      {"span", [](const std::string& folder) { return TinySpanTrial(folder, "movement"); }},
      {"regression",
       [](const std::string& folder) { return TinyRegressionTrial(folder, "soft_movement"); }},
  };
}

}  // namespace

const std::vector<TinyVariant>& TinyVariants() {
  static const std::vector<TinyVariant> variants = Make();
  return variants;
}

}  // namespace sparsweep::test
