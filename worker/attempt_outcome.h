// How an attempt ended, as the coordinator is told.
#pragma once

#include <optional>

#include "contract/trainer_error.h"
#include "worker/subprocess.h"

namespace sparsweep::v1 {
class AttemptOutcome;
class Failure;
}  // namespace sparsweep::v1

namespace sparsweep::worker {

void ToProto(const contract::TrainerError& error, v1::Failure* failure);

// Succeeded when there is no error.
[[nodiscard]] v1::AttemptOutcome MakeOutcome(const std::optional<contract::TrainerError>& error,
                                             ExitStatus status);

}  // namespace sparsweep::worker
