#include "dashboard_api/access_token.h"

#include <openssl/crypto.h>

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sparsweep::dashboard_api {

AccessToken::AccessToken(std::string token, int port)
    : token_(std::move(token)), cookie_name_(absl::StrCat("sparsweep_token_", port)) {}

bool AccessToken::Matches(std::string_view token) const {
  return token.size() == token_.size() &&
         CRYPTO_memcmp(token.data(), token_.data(), token_.size()) == 0;
}

bool AccessToken::Admits(const HttpRequest& request) const {
  if (token_.empty()) return true;
  const std::string bearer = "bearer ";
  if (absl::StartsWithIgnoreCase(request.authorization, bearer) &&
      Matches(request.authorization.substr(bearer.size()))) {
    return true;
  }
  for (std::string& cookie : std::vector<std::string>(absl::StrSplit(request.cookie, ';'))) {
    absl::StripAsciiWhitespace(&cookie);
    if (absl::StartsWith(cookie, cookie_name_ + "=") &&
        Matches(cookie.substr(cookie_name_.size() + 1))) {
      return true;
    }
  }
  return false;
}

std::string AccessToken::SetCookie() const {
  return absl::StrCat(cookie_name_, "=", token_, "; Path=/; HttpOnly; SameSite=Lax");
}

}  // namespace sparsweep::dashboard_api
