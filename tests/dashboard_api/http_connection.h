// A bare TCP connection, to say what no well-behaved HTTP client would.
#pragma once

#include <string>
#include <string_view>

namespace sparsweep::test {

class HttpConnection {
 public:
  // `url` is "http://127.0.0.1:PORT". The test fails when it cannot connect.
  explicit HttpConnection(const std::string& url);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void Send(std::string_view bytes) const;
  // What arrives until `end` stands in it or the server closes; at most a minute.
  [[nodiscard]] std::string ReadUntil(std::string_view end) const;
  [[nodiscard]] std::string ReadAll() const { return ReadUntil(""); }

 private:
  int socket_ = -1;
};

}  // namespace sparsweep::test
