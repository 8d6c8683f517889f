#include "dashboard_api/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rpc/address.h"
#include "dashboard_api/access_token.h"
#include "dashboard_api/http_connections.h"
#include "dashboard_api/http_routes.h"

namespace sparsweep::dashboard_api {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// A reader that waits for the disk holds one of them; the others go on answering.
constexpr int kThreads = 2;

// Of an address that PrepareToListen has accepted: "host:port" or "[host]:port".
std::pair<std::string, std::string> SplitAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return {host, address.substr(colon + 1)};
}

absl::StatusOr<tcp::acceptor> Listen(asio::io_context& io, const std::string& address) {
  const auto [host, port] = SplitAddress(address);
  boost::system::error_code error;
  const auto found = tcp::resolver(io).resolve(host, port, tcp::resolver::passive, error);
  tcp::acceptor acceptor(io);
  if (!error) {
    const tcp::endpoint endpoint = found.begin()->endpoint();
    if (!acceptor.open(endpoint.protocol(), error) &&
        !acceptor.set_option(tcp::acceptor::reuse_address(true), error) &&
        !acceptor.bind(endpoint, error) &&
        !acceptor.listen(asio::socket_base::max_listen_connections, error)) {
      return acceptor;
    }
  }
  return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ", error.message()));
}

std::string UrlOf(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? absl::StrCat("http://[", host, "]:", endpoint.port())
                                    : absl::StrCat("http://", host, ":", endpoint.port());
}

}  // namespace

struct HttpServer::Impl {
  std::string url;
  std::unique_ptr<HttpRoutes> routes;  // before `io`, whose destruction ends the connections
  asio::io_context io{kThreads};
  std::vector<std::thread> threads;
};

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpOptions& options,
                                                              const SnapshotBoard& board,
                                                              store::MetricReader& reader,
                                                              const MetricsPage& metrics) {
  if (options.address.starts_with("unix:")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", options.address, "\": HTTP listens on host:port (port 0 = any free one)"));
  }
  if (auto status = base::rpc::PrepareToListen(options.address, options.insecure); !status.ok()) {
    return status;
  }
  auto impl = std::make_unique<Impl>();
  auto acceptor = Listen(impl->io, options.address);
  if (!acceptor.ok()) return acceptor.status();
  const tcp::endpoint endpoint = acceptor->local_endpoint();
  impl->url = UrlOf(endpoint);
  impl->routes = std::make_unique<HttpRoutes>(AccessToken(options.token, endpoint.port()), board,
                                              reader, metrics);
  ServeConnections(impl->io, acceptor->release(), options, *impl->routes);
  for (int i = 0; i < kThreads; ++i) {
    impl->threads.emplace_back([&io = impl->io] { io.run(); });
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->io.stop();
  for (std::thread& thread : impl_->threads) thread.join();
}

const std::string& HttpServer::url() const { return impl_->url; }

}  // namespace sparsweep::dashboard_api
