#include "base/rpc/errors.h"

#include <grpcpp/support/status.h>

#include "base/rpc/error_details.pb.h"
#include "base/status.h"
#include "base/utf8.h"

namespace sparsweep::base::rpc {
namespace {

constexpr char kDomain[] = "sparsweep";
constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

// Clients take 8 KiB of trailers unless told otherwise; base64 and three copies of the message have
// to fit.
constexpr size_t kMessageBytes = 1024;
constexpr size_t kValueBytes = 256;
constexpr size_t kMetadataEntries = 8;

std::string Bounded(std::string_view text, size_t limit) {
  return ShortenUtf8(ValidUtf8(text), limit);
}

template <typename Message>
void AddDetail(const char* url, const Message& message, wire::Status* status) {
  wire::Detail* detail = status->add_details();
  detail->set_type_url(url);
  detail->set_value(message.SerializeAsString());
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());  // the same numbers
  const std::string message =
      Bounded({status.message().data(), status.message().size()}, kMessageBytes);
  const ErrorReason reason = ReasonOf(status);
  if (reason.reason.empty()) return grpc::Status(code, message);

  wire::Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(message);  // clients refuse details whose code or message differ
  wire::ErrorInfo info;
  info.set_reason(reason.reason);
  info.set_domain(kDomain);
  for (const auto& [key, value] : reason.metadata) {
    if (info.metadata_size() == kMetadataEntries) break;
    (*info.mutable_metadata())[Bounded(key, kValueBytes)] = Bounded(value, kValueBytes);
  }
  AddDetail(kErrorInfoUrl, info, &details);
  const auto field = reason.metadata.find("field");
  if (field != reason.metadata.end()) {
    wire::BadRequest bad;
    wire::BadRequest::FieldViolation* violation = bad.add_field_violations();
    violation->set_field(Bounded(field->second, kValueBytes));
    violation->set_description(message);
    AddDetail(kBadRequestUrl, bad, &details);
  }
  return grpc::Status(code, message, details.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  wire::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return result;
  }
  for (const wire::Detail& detail : details.details()) {
    wire::ErrorInfo info;
    if (detail.type_url() != kErrorInfoUrl || !info.ParseFromString(detail.value())) continue;
    ErrorReason reason{.reason = info.reason(), .metadata = {}};
    reason.metadata.insert(info.metadata().begin(), info.metadata().end());
    return WithReason(std::move(result), reason);
  }
  return result;
}

}  // namespace sparsweep::base::rpc
