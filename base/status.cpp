#include "base/status.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace sparsweep::base {
namespace {

constexpr char kPayload[] = "sparsweep/error_reason";

// Payload: reason, key, value, key, value, … each as "length:bytes".
void Append(std::string_view text, std::string* payload) {
  absl::StrAppend(payload, text.size(), ":");
  payload->append(text);
}

std::optional<std::string> Take(std::string_view* payload) {
  const size_t colon = payload->find(':');
  size_t length = 0;
  if (colon == std::string_view::npos ||
      !absl::SimpleAtoi(absl::string_view(payload->data(), colon), &length)) {
    return std::nullopt;
  }
  std::string text(payload->substr(colon + 1, length));
  payload->remove_prefix(colon + 1 + text.size());
  return text;
}

absl::StatusCode CodeOf(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return absl::StatusCode::kResourceExhausted;
    case ENOENT:
      return absl::StatusCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::StatusCode::kPermissionDenied;
    case EADDRINUSE:
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

}  // namespace

absl::Status WithReason(absl::Status status, const ErrorReason& reason) {
  std::string payload;
  Append(reason.reason, &payload);
  for (const auto& [key, value] : reason.metadata) {
    Append(key, &payload);
    Append(value, &payload);
  }
  status.SetPayload(kPayload, absl::Cord(payload));
  return status;
}

ErrorReason ReasonOf(const absl::Status& status) {
  ErrorReason reason;
  const auto cord = status.GetPayload(kPayload);
  if (!cord) return reason;
  const std::string payload(*cord);
  std::string_view rest = payload;
  reason.reason = Take(&rest).value_or("");
  while (auto key = Take(&rest)) reason.metadata[*key] = Take(&rest).value_or("");
  return reason;
}

absl::Status ErrnoStatus(int error_number, std::string_view what) {
  char buffer[256];
  const char* text = strerror_r(error_number, buffer, sizeof buffer);  // the GNU one
  return absl::Status(CodeOf(error_number), absl::StrCat(std::string(what), ": ", text));
}

}  // namespace sparsweep::base
