#include "worker/attempt_outcome.h"

#include "base/utf8.h"
#include "sparsweep/v1/worker.pb.h"

namespace sparsweep::worker {

void ToProto(const contract::TrainerError& error, v1::Failure* failure) {
  failure->set_failure_class(std::string(contract::FailureClassName(error.failure_class)));
  failure->set_reason(error.reason);
  failure->set_field(error.field);
  // Names of files may hold any bytes; a message that is not UTF-8 never arrives.
  failure->set_value(base::ValidUtf8(error.value));
  failure->set_message(base::ValidUtf8(error.message));
}

v1::AttemptOutcome MakeOutcome(const std::optional<contract::TrainerError>& error,
                               ExitStatus status) {
  v1::AttemptOutcome outcome;
  outcome.set_succeeded(!error.has_value());
  outcome.set_exit_code(status.ShellCode());
  if (error.has_value()) ToProto(*error, outcome.mutable_failure());
  return outcome;
}

}  // namespace sparsweep::worker
