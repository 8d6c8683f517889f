#include "dashboard_api/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "store/store_statistics.h"
#include "tests/dashboard_api/demo_snapshot.h"
#include "tests/dashboard_api/http_connection.h"

namespace sparsweep::dashboard_api {
namespace {

using std::chrono_literals::operator""ms;
using test::HttpConnection;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() { board_.Publish(test::DemoSnapshot()); }

  void Start(HttpOptions options) {
    auto server = HttpServer::Start(options, board_, curves_, metrics_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
  }

  // One request on a connection of its own.
  std::string Exchange(const std::string& request) {
    HttpConnection connection(server_->url());
    connection.Send(request);
    return connection.ReadAll();
  }

  SnapshotBoard board_;
  test::MemoryMetrics curves_;
  MetricsPage metrics_{board_, [] { return store::StoreStatistics{}; }};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersWithSecurityHeaders) {
  Start({});
  const auto answer = Exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  for (const char* header :
       {"Content-Security-Policy: default-src 'none'", "frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Referrer-Policy: no-referrer",
        "Cache-Control: no-store", "Content-Type: text/html"}) {
    EXPECT_THAT(answer, HasSubstr(header));
  }
}

TEST_F(HttpServerTest, AsksForTheToken) {
  Start({.token = "secret"});
  EXPECT_THAT(Exchange("GET /api/sweeps HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 401 "));
  EXPECT_THAT(Exchange("GET /api/sweeps HTTP/1.0\r\nAuthorization: Bearer secret\r\n\r\n"),
              StartsWith("HTTP/1.0 200 "));
  const auto redirect = Exchange("GET /?token=secret HTTP/1.0\r\n\r\n");
  EXPECT_THAT(redirect, StartsWith("HTTP/1.0 303 "));
  const size_t begin = redirect.find("Set-Cookie: ") + 12;
  const std::string cookie = redirect.substr(begin, redirect.find(';', begin) - begin);
  EXPECT_THAT(Exchange("GET /api/sweeps HTTP/1.0\r\nCookie: " + cookie + "\r\n\r\n"),
              StartsWith("HTTP/1.0 200 "));
}

TEST_F(HttpServerTest, KeepsTheConnectionOpen) {
  Start({});
  HttpConnection connection(server_->url());
  for (int i = 0; i < 3; ++i) {
    connection.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(connection.ReadUntil("ok\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
  connection.Send("GET /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(connection.ReadAll(), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  Start({});
  const auto answer = Exchange("HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, RefusesOtherMethods) {
  Start({});
  const auto answer = Exchange("DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
}

TEST_F(HttpServerTest, BoundsTheSizeOfARequest) {
  Start({});
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Exchange("GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  Start({});
  EXPECT_THAT(Exchange("\x16\x03\x01 this is TLS\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Exchange("GET / HTTP/9.9\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, ASlowClientIsCutOffAndHoldsUpNobody) {
  Start({.request_timeout = 200ms});
  HttpConnection slow(server_->url());
  slow.Send("GET / HTT");
  EXPECT_THAT(Exchange("GET /healthz HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 "));
  EXPECT_EQ(slow.ReadAll(), "");  // closed without an answer
}

TEST_F(HttpServerTest, AnIdleConnectionIsClosed) {
  Start({.request_timeout = 200ms});
  HttpConnection idle(server_->url());
  idle.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(idle.ReadAll(), EndsWith("ok\n"));
}

TEST_F(HttpServerTest, BoundsTheNumberOfConnections) {
  Start({.max_connections = 2});
  HttpConnection first(server_->url());
  HttpConnection second(server_->url());
  for (const HttpConnection* connection : {&first, &second}) {
    connection->Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(connection->ReadUntil("ok\n"), StartsWith("HTTP/1.1 200 "));
  }
  HttpConnection third(server_->url());
  EXPECT_THAT(third.ReadAll(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, SeesWhatIsPublished) {
  Start({});
  EXPECT_THAT(Exchange("GET /api/sweeps HTTP/1.0\r\n\r\n"), HasSubstr(test::kRunningSweep));
  board_.Publish(std::make_shared<Snapshot>());
  EXPECT_THAT(Exchange("GET /api/sweeps HTTP/1.0\r\n\r\n"), Not(HasSubstr(test::kRunningSweep)));
}

TEST_F(HttpServerTest, EndsWithConnectionsOpen) {
  Start({});
  HttpConnection idle(server_->url());
  HttpConnection halfway(server_->url());
  halfway.Send("GET /");
  server_.reset();
  EXPECT_EQ(idle.ReadAll(), "");
}

TEST_F(HttpServerTest, NamesAnAddressInUse) {
  Start({});
  const std::string address = server_->url().substr(std::string("http://").size());
  const auto second = HttpServer::Start({.address = address}, board_, curves_, metrics_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(base::ReasonOf(second.status()).reason, "ADDRESS_IN_USE");
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(address));
}

TEST_F(HttpServerTest, RefusesAddressesThatAreNone) {
  for (const char* address : {"", "8080", ":8080", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x",
                              "unix:/tmp/x.sock", "0.0.0.0:0"}) {
    const auto server = HttpServer::Start({.address = address}, board_, curves_, metrics_);
    EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument) << address;
  }
  Start({.address = "0.0.0.0:0", .insecure = true});
}

}  // namespace
}  // namespace sparsweep::dashboard_api
