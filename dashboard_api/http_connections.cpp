#include "dashboard_api/http_connections.h"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <utility>

namespace sparsweep::dashboard_api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr uint32_t kMaxHeaderBytes = 8 * 1024;
constexpr uint64_t kMaxBodyBytes = uint64_t{4} * 1024;  // no route reads a body
constexpr std::chrono::milliseconds kAcceptPause{100};

// Counts a connection while it lives.
class Seat {
 public:
  explicit Seat(std::shared_ptr<std::atomic<int>> taken) : taken_(std::move(taken)) {
    number_ = taken_->fetch_add(1) + 1;
  }
  ~Seat() { taken_->fetch_sub(1); }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  std::shared_ptr<std::atomic<int>> taken_;  // shared: connections outlive the acceptor's coroutine
  int number_ = 0;
};

void SetCommonHeaders(http::response<http::string_body>& response) {
  response.set("Content-Security-Policy",
               "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
               "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.set(http::field::cache_control, "no-store");
}

http::response<http::string_body> ToResponse(HttpReply reply, unsigned version, bool keep_alive) {
  http::response<http::string_body> response{static_cast<http::status>(reply.status), version};
  SetCommonHeaders(response);
  response.set(http::field::content_type, reply.content_type);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  response.body() = std::move(reply.body);
  response.prepare_payload();
  response.keep_alive(keep_alive);
  return response;
}

HttpRequest ToRequest(const http::request<http::string_body>& message) {
  return {std::string(message.method_string()), std::string(message.target()),
          std::string(message[http::field::authorization]),
          std::string(message[http::field::cookie])};
}

// What to say to a request that could not be read; status 0 = nothing, the client is gone or slow.
HttpReply ReplyToBadRequest(const beast::error_code& error) {
  const char plain[] = "text/plain; charset=utf-8";
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {431, plain, "the request's headers are too long\n", {}};
  }
  if (error == http::error::body_limit) return {413, plain, "send no body\n", {}};
  if (error.category() == http::make_error_code(http::error::bad_target).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return {400, plain, "this is not HTTP/1.1\n", {}};
  }
  return {0, "", "", {}};
}

asio::awaitable<bool> Write(beast::tcp_stream& stream, const HttpOptions& options,
                            http::response<http::string_body>& response, bool head) {
  beast::error_code error;
  http::response_serializer<http::string_body> serializer(response);
  stream.expires_after(options.write_timeout);
  if (head) {
    co_await http::async_write_header(stream, serializer,
                                      asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await http::async_write(stream, serializer,
                               asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error && response.keep_alive();
}

asio::awaitable<void> Serve(beast::tcp_stream stream, std::unique_ptr<Seat> seat,
                            HttpOptions options, const HttpRoutes& routes) {
  beast::flat_buffer buffer(kMaxHeaderBytes + kMaxBodyBytes);
  bool open = true;
  if (seat->number() > options.max_connections) {
    auto busy = ToResponse(
        {503, "text/plain; charset=utf-8", "too many connections\n", {{"Retry-After", "1"}}}, 11,
        false);
    open = co_await Write(stream, options, busy, false);
  }
  while (open) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(kMaxBodyBytes);
    stream.expires_after(options.request_timeout);
    beast::error_code error;
    co_await http::async_read(stream, buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    const http::request<http::string_body>& message = parser.get();
    HttpReply reply = error ? ReplyToBadRequest(error) : routes.Answer(ToRequest(message));
    if (reply.status == 0) break;
    auto response = ToResponse(std::move(reply), error ? 11 : message.version(),
                               !error && message.keep_alive());
    open = co_await Write(stream, options, response, message.method() == http::verb::head);
  }
  beast::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> Accept(tcp::acceptor acceptor, HttpOptions options,
                             const HttpRoutes& routes) {
  const auto taken = std::make_shared<std::atomic<int>>(0);
  for (;;) {
    beast::error_code error;
    tcp::socket socket =
        co_await acceptor.async_accept(asio::make_strand(acceptor.get_executor()),
                                       asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      // Out of descriptors: the next try is no better at once.
      asio::steady_timer pause(acceptor.get_executor(), kAcceptPause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const auto executor = socket.get_executor();
    asio::co_spawn(
        executor,
        Serve(beast::tcp_stream(std::move(socket)), std::make_unique<Seat>(taken), options, routes),
        asio::detached);
  }
}

}  // namespace

void ServeConnections(asio::io_context& io, int listening_socket, const HttpOptions& options,
                      const HttpRoutes& routes) {
  int family = AF_INET;
  socklen_t size = sizeof family;
  getsockopt(listening_socket, SOL_SOCKET, SO_DOMAIN, &family, &size);
  tcp::acceptor acceptor(io, family == AF_INET6 ? tcp::v6() : tcp::v4(), listening_socket);
  asio::co_spawn(io, Accept(std::move(acceptor), options, routes), asio::detached);
}

}  // namespace sparsweep::dashboard_api
