// error.json: why an attempt ended without a result.
#pragma once

#include <string>

#include "contract/trainer_error.h"

namespace sparsweep::trainer {

// Writes DIRECTORY/error.json (unless `directory` is empty) and the message on one line of stderr.
// A disk that refuses error.json too is said on stderr. Returns the exit code of the error's class.
int ReportFailure(const std::string& directory, const contract::TrainerError& error);

}  // namespace sparsweep::trainer
