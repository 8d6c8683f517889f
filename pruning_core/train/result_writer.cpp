#include "pruning_core/train/result_writer.h"

#include <fmt/format.h>

#include <string>

#include "pruning_core/export/model_export.h"
#include "pruning_core/train/mask_writer.h"
#include "pruning_core/train/run_report.h"

namespace sparsweep::core {
namespace {

// Control that has come to less than half or more than twice of what was asked has not steered: the
// cut then keeps weights that training had given up, or drops many that it used.
bool FarOff(const TargetDensityReport& target) {
  return target.before_cut < target.asked / 2 || target.before_cut > target.asked * 2;
}

}  // namespace

void WriteResult(const contract::TrialSpec& spec, const RunInputs& inputs,
                 const std::vector<contract::MaskMatrix>& masks,
                 const std::optional<TargetDensityReport>& target, double score,
                 const std::function<void(contract::EventBody)>& emit) {
  emit(WriteMasks(spec.directory, masks));
  const std::string exported = spec.directory + "/model";
  ExportModel({.directory = exported,
               .source = spec.model.path,
               .layers = static_cast<uint32_t>(inputs.loaded.model.layers()),
               .pooling = spec.model.pooling,
               .labels = inputs.data.labels.names(),
               .max_length = spec.task.max_length},
              inputs.loaded.model.ParameterMap());
  emit(contract::Exported{exported});
  const contract::Density density = DensityOf(masks, inputs.EncoderVectors());
  if (target) {
    emit(contract::TargetDensity{
        .asked = target->asked, .before_cut = target->before_cut, .reached = density.overall});
    if (FarOff(*target)) {
      emit(contract::Warning{
          fmt::format("density control had come to {:.3g} where {:.3g} was asked for, the cut did "
                      "the rest; give more training.steps or another pruning.lambda to start from",
                      target->before_cut, target->asked)});
    }
  }
  emit(density);
  emit(contract::Finished{score});
}

}  // namespace sparsweep::core
