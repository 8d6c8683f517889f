// The per-run token that the page and /api are behind.
#pragma once

#include <string>
#include <string_view>

#include "dashboard_api/http_message.h"

namespace sparsweep::dashboard_api {

// Owned by HttpRoutes. Any thread. An empty token admits everyone.
class AccessToken {
 public:
  // Cookies are not kept apart by port, so the port is part of the cookie's name: two runs on one
  // machine do not log each other out.
  AccessToken(std::string token, int port);

  // Whether it is this token; takes the same time wherever they differ.
  [[nodiscard]] bool Matches(std::string_view token) const;
  // Whether the request carries it, in the cookie or as a bearer.
  [[nodiscard]] bool Admits(const HttpRequest& request) const;
  // Value of the Set-Cookie header.
  [[nodiscard]] std::string SetCookie() const;

 private:
  std::string token_;
  std::string cookie_name_;
};

}  // namespace sparsweep::dashboard_api
