// The page, its JSON and the metrics over HTTP/1.1. Read-only: GET and HEAD.
//
// Answers from the snapshot and the metric reader on its own threads; never waits for the
// coordinator's loop. The size of a request, the time it may take to arrive or its answer to leave,
// and the number of connections are bounded, so that a slow or greedy client costs a socket and
// nothing else.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "dashboard_api/metrics_page.h"
#include "dashboard_api/snapshot.h"
#include "store/metric_reader.h"

namespace sparsweep::dashboard_api {

struct HttpOptions {
  std::string address = "127.0.0.1:0";  // host:port, "[::1]:port"; port 0 = any free one
  bool insecure = false;                // whether it may be other than loopback: there is no TLS
  // Not empty: the page and /api answer 401 unless the request carries it (cookie set by
  // /?token=…, or Authorization: Bearer). /metrics and /healthz never need it.
  std::string token{};
  std::chrono::milliseconds request_timeout{15'000};  // a whole request, or idle between two
  std::chrono::milliseconds write_timeout{30'000};    // a whole answer
  int max_connections = 64;                           // more are answered 503 and closed
};

// Owned by coordinator's main; what Start borrows outlives it. Any thread.
class HttpServer {
 public:
  // INVALID_ARGUMENT for an address that is not host:port or, without `insecure`, not loopback;
  // UNAVAILABLE/ADDRESS_IN_USE for one that is taken. All name the address and the remedy.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const HttpOptions& options, const SnapshotBoard& board, store::MetricReader& reader,
      const MetricsPage& metrics);

  // Closes every connection and joins the threads.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // "http://127.0.0.1:38121", with the port that was bound; without the token.
  [[nodiscard]] const std::string& url() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sparsweep::dashboard_api
