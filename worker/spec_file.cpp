#include "worker/spec_file.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "sparsweep/v1/trial.pb.h"

namespace sparsweep::worker {

absl::Status WriteSpecFile(const v1::TrialSpec& spec, const std::string& directory) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(spec, &json, options);
  if (!printed.ok()) {
    return absl::InternalError(absl::StrCat("spec of ", spec.trial(), ": ", printed.ToString()));
  }
  return base::WriteFileAtomically(directory + "/spec.json", json + "\n");
}

}  // namespace sparsweep::worker
