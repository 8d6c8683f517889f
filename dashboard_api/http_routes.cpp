#include "dashboard_api/http_routes.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "dashboard_api/json_views.h"
#include "dashboard_api/page_assets.h"
#include "dashboard_api/snapshot_queries.h"

namespace sparsweep::dashboard_api {
namespace {

constexpr char kJson[] = "application/json";
constexpr char kPlain[] = "text/plain; charset=utf-8";

int HttpStatus(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      return 503;
    default:
      return 500;
  }
}

HttpReply ErrorReply(const absl::Status& status) {
  return {HttpStatus(status.code()), kJson, ErrorJson(status), {}};
}

HttpReply AssetReply(const PageAsset& asset) {
  return {200, std::string(asset.content_type), std::string(asset.bytes), {}};
}

absl::Status NoSuchPath(const HttpTarget& target) {
  return absl::NotFoundError(absl::StrCat("no such path: ", target.path));
}

absl::StatusOr<PageRequest> PageOf(const HttpTarget& target) {
  PageRequest page;
  if (const auto size = target.query.find("page_size"); size != target.query.end()) {
    if (!absl::SimpleAtoi(size->second, &page.size)) {
      return base::WithReason(
          absl::InvalidArgumentError(
              absl::StrCat("page_size is \"", size->second, "\": give a whole number")),
          {"INVALID_PAGE_SIZE", {{"field", "page_size"}, {"value", size->second}}});
    }
  }
  if (const auto token = target.query.find("page_token"); token != target.query.end()) {
    page.token = token->second;
  }
  return page;
}

}  // namespace

HttpRoutes::HttpRoutes(AccessToken token, const SnapshotBoard& board, store::MetricReader& reader,
                       const MetricsPage& metrics)
    : token_(std::move(token)), board_(board), reader_(reader), metrics_(metrics) {}

HttpReply HttpRoutes::Answer(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    return {405, kPlain, "only GET and HEAD\n", {{"Allow", "GET, HEAD"}}};
  }
  const auto target = ParseHttpTarget(request.target);
  if (!target) return {400, kPlain, "the path is not a valid one\n", {}};
  if (target->path == "/healthz") return Health();
  if (target->path == "/metrics") {
    return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_.Render(), {}};
  }
  const bool api = !target->segments.empty() && target->segments[0] == "api";
  if (!api) return Page(request, *target);
  if (!token_.Admits(request)) {
    HttpReply reply = ErrorReply(absl::UnauthenticatedError(
        "this run's token is missing or wrong: send \"Authorization: Bearer TOKEN\" (endpoint.json "
        "has it)"));
    reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    return reply;
  }
  return Api(*target);
}

HttpReply HttpRoutes::Page(const HttpRequest& request, const HttpTarget& target) const {
  const auto given = target.query.find("token");
  if (target.path == "/" && given != target.query.end() && token_.Matches(given->second)) {
    // Off to the address without the token, so that it does not stay in the history.
    return {303, kPlain, "", {{"Location", "/"}, {"Set-Cookie", token_.SetCookie()}}};
  }
  if (!token_.Admits(request)) {
    return {
        401,
        kPlain,
        "This page needs the token of its run: open the address that `sparsweep run` printed.\n",
        {{"WWW-Authenticate", "Bearer"}}};
  }
  const PageAsset* asset = nullptr;
  if (target.path == "/") {
    asset = FindPageAsset("index.html");
  } else if (target.segments.size() == 2 && target.segments[0] == "page") {
    asset = FindPageAsset(target.segments[1]);
  }
  if (asset == nullptr) {
    return {404, kPlain, absl::StrCat("no such path: ", target.path, "\n"), {}};
  }
  return AssetReply(*asset);
}

HttpReply HttpRoutes::Api(const HttpTarget& target) const {
  auto json = ApiJson(target);
  if (!json.ok()) return ErrorReply(json.status());
  return {200, kJson, std::move(*json), {}};
}

absl::StatusOr<std::string> HttpRoutes::ApiJson(const HttpTarget& target) const {
  const auto& path = target.segments;
  const auto page = PageOf(target);
  if (!page.ok()) return page.status();
  const auto snapshot = board_.Current();

  if (path.size() == 2 && path[1] == "sweeps") {
    const auto sweeps = ListSweeps(*snapshot, *page);
    if (!sweeps.ok()) return sweeps.status();
    return SweepsJson(*snapshot, *sweeps);
  }
  if (path.size() >= 3 && path.size() <= 4 && path[1] == "sweeps") {
    const auto sweep = GetSweep(*snapshot, path[2]);
    if (!sweep.ok()) return sweep.status();
    if (path.size() == 3) return SweepJson(**sweep);
    if (path[3] == "trials") {
      const auto trials = ListTrials(**sweep, *page);
      if (!trials.ok()) return trials.status();
      return TrialsJson(**sweep, *trials);
    }
    if (path[3] == "front") {
      const auto front = ListFront(**sweep, *page);
      if (!front.ok()) return front.status();
      return FrontJson(**sweep, *front);
    }
  }
  if (path.size() >= 4 && path.size() <= 5 && path[1] == "trials" && path[3] == "curves") {
    if (path.size() == 4) {
      const auto metrics = ListCurves(*snapshot, reader_, path[2]);
      if (!metrics.ok()) return metrics.status();
      return CurvesJson(path[2], *metrics);
    }
    const auto points = ListCurvePoints(*snapshot, reader_, path[2], path[4], *page);
    if (!points.ok()) return points.status();
    return CurvePointsJson(path[2], path[4], *points);
  }
  return NoSuchPath(target);
}

HttpReply HttpRoutes::Health() const {
  if (board_.Current()->serving) return {200, kPlain, "ok\n", {}};
  return {503, kPlain, "not serving: starting, or the disk refuses writes\n", {}};
}

}  // namespace sparsweep::dashboard_api
