#include "tests/dashboard_api/http_connection.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sparsweep::test {

HttpConnection::HttpConnection(const std::string& url) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << url;
}

HttpConnection::~HttpConnection() { close(socket_); }

void HttpConnection::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server closed; what it said is still to be read
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

std::string HttpConnection::ReadUntil(std::string_view end) const {
  std::string text;
  char buffer[4096];
  for (;;) {
    pollfd ready{socket_, POLLIN, 0};
    if (poll(&ready, 1, 60'000) != 1) {
      ADD_FAILURE() << "nothing for a minute after: " << text;
      return text;
    }
    const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
    if (got <= 0) return text;
    text.append(buffer, static_cast<size_t>(got));
    if (!end.empty() && text.find(end) != std::string::npos) return text;
  }
}

}  // namespace sparsweep::test
