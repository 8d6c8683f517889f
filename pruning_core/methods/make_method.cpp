#include <memory>

#include "contract/nearest.h"
#include "contract/validate.h"
#include "pruning_core/methods/dense.h"
#include "pruning_core/methods/l0.h"
#include "pruning_core/methods/magnitude.h"
#include "pruning_core/methods/movement.h"
#include "pruning_core/methods/pruning_method.h"
#include "pruning_core/methods/reference_global_movement.h"
#include "pruning_core/methods/soft_movement.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {

std::unique_ptr<PruningMethod> MakePruningMethod(const contract::PruningSpec& spec, uint64_t seed) {
  const bool reference = spec.numerics == "reference";
  const bool global = spec.selection == "global";
  if (spec.method == "dense") return std::make_unique<Dense>(reference);
  if (spec.method == "magnitude") {
    if (reference && global) {
      throw UserError("BAD_SPEC", "pruning.selection", spec.selection,
                      "pruning.selection: global magnitude pruning does not exist in reference "
                      "numerics; set numerics: standard or selection: local");
    }
    return std::make_unique<Magnitude>(global);
  }
  if (spec.method == "movement") {
    if (reference && global) return std::make_unique<ReferenceGlobalMovement>();
    return std::make_unique<Movement>(global);
  }
  if (spec.method == "soft_movement") {
    return std::make_unique<SoftMovement>(reference ? Floor::kReference : Floor::kExact);
  }
  if (spec.method == "l0") {
    return std::make_unique<L0>(reference ? L0::Draw::kPerForward : L0::Draw::kPerStep, seed);
  }
  throw UserError("BAD_SPEC", "pruning.method", spec.method,
                  "pruning.method: '" + spec.method + "' is not available in this trainer" +
                      contract::NearestHint(spec.method, contract::Methods()));
}

}  // namespace sparsweep::core
