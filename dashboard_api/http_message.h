// A request and a reply as the routes see them: what the socket and its protocol look like stays in
// http_server.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace sparsweep::dashboard_api {

struct HttpRequest {
  std::string method;         // "GET"
  std::string target;         // "/api/sweeps?page_size=10", as sent
  std::string authorization;  // header, or empty
  std::string cookie;         // header, or empty
};

struct HttpReply {
  int status = 200;
  std::string content_type;
  std::string body;                                          // of GET; HEAD sends its length only
  std::vector<std::pair<std::string, std::string>> headers;  // besides those of every reply
};

}  // namespace sparsweep::dashboard_api
