#include "dashboard_api/page_token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace sparsweep::dashboard_api {
namespace {

absl::Status Invalid(const std::string& message, std::string reason, std::string_view field,
                     std::string value) {
  return base::WithReason(
      absl::InvalidArgumentError(message),
      {std::move(reason), {{"field", std::string(field)}, {"value", std::move(value)}}});
}

}  // namespace

absl::StatusOr<int32_t> PageSize(int32_t requested, PageRules rules) {
  if (requested < 0) {
    return Invalid(absl::StrCat("page_size is ", requested, ": give 0 for the default of ",
                                rules.default_size, ", or 1 to ", rules.max_size),
                   "INVALID_PAGE_SIZE", "page_size", absl::StrCat(requested));
  }
  if (requested == 0) return rules.default_size;
  return std::min(requested, rules.max_size);
}

std::string MakePageToken(std::string_view list, int64_t last_key) {
  return absl::WebSafeBase64Escape(absl::StrCat("1:", last_key, ":", std::string(list)));
}

absl::StatusOr<std::optional<int64_t>> ParsePageToken(std::string_view list,
                                                      std::string_view token) {
  if (token.empty()) return std::nullopt;
  std::string plain;
  if (absl::WebSafeBase64Unescape(std::string(token), &plain) && plain.starts_with("1:")) {
    const std::string rest = plain.substr(2);
    const size_t colon = rest.find(':');
    int64_t key = 0;
    if (colon != std::string::npos && absl::SimpleAtoi(rest.substr(0, colon), &key) &&
        rest.substr(colon + 1) == list) {
      return key;
    }
  }
  return Invalid(
      "page_token is not one of this list: pass the next_page_token of its last page, "
      "or leave it empty to start over",
      "INVALID_PAGE_TOKEN", "page_token", std::string(token.substr(0, 64)));
}

}  // namespace sparsweep::dashboard_api
