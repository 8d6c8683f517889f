#include "pruning_core/train/result_writer.h"

#include <string>

#include "pruning_core/export/model_export.h"
#include "pruning_core/train/mask_writer.h"
#include "pruning_core/train/run_report.h"

namespace sparsweep::core {

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
  }
  emit(density);
  emit(contract::Finished{score});
}

}  // namespace sparsweep::core
