// What each path answers. No sockets: a request in, a reply out, so every route is tested without
// one.
//
//   /                           the page            (/?token=… sets the cookie and goes to /)
//   /page/FILE                  its parts
//   /api/sweeps                 ?page_size=&page_token= here and below where the answer is long
//   /api/sweeps/NAME            …/trials  …/front
//   /api/trials/T/curves        …/METRIC
//   /metrics  /healthz          without the token
#pragma once

#include <string>

#include "dashboard_api/access_token.h"
#include "dashboard_api/http_message.h"
#include "dashboard_api/http_target.h"
#include "dashboard_api/metrics_page.h"
#include "dashboard_api/snapshot.h"
#include "store/metric_reader.h"

namespace sparsweep::dashboard_api {

// Owned by HttpServer. Any thread. Reading a curve waits for the disk; nothing else does.
class HttpRoutes {
 public:
  HttpRoutes(AccessToken token, const SnapshotBoard& board, store::MetricReader& reader,
             const MetricsPage& metrics);

  // Never fails: what goes wrong is a reply with a 4xx or 5xx status.
  [[nodiscard]] HttpReply Answer(const HttpRequest& request) const;

 private:
  [[nodiscard]] HttpReply Page(const HttpRequest& request, const HttpTarget& target) const;
  [[nodiscard]] HttpReply Api(const HttpTarget& target) const;
  [[nodiscard]] absl::StatusOr<std::string> ApiJson(const HttpTarget& target) const;
  [[nodiscard]] HttpReply Health() const;

  AccessToken token_;
  const SnapshotBoard& board_;
  store::MetricReader& reader_;
  const MetricsPage& metrics_;
};

}  // namespace sparsweep::dashboard_api
