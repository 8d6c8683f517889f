#include "dashboard_api/http_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "store/store_statistics.h"
#include "tests/dashboard_api/demo_snapshot.h"

namespace sparsweep::dashboard_api {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

constexpr char kToken[] = "0123456789abcdef";

class HttpRoutesTest : public testing::Test {
 protected:
  HttpRoutesTest() {
    const auto snapshot = test::DemoSnapshot();
    test::FillDemoMetrics(*snapshot, curves_);
    board_.Publish(snapshot);
  }

  HttpReply Get(const std::string& target) const {
    return routes_.Answer({"GET", target, std::string("Bearer ") + kToken, ""});
  }
  HttpReply GetWithoutToken(const std::string& target) const {
    return routes_.Answer({"GET", target, "", ""});
  }

  SnapshotBoard board_;
  test::MemoryMetrics curves_;
  MetricsPage metrics_{board_, [] { return store::StoreStatistics{}; }};
  HttpRoutes routes_{AccessToken(kToken, 8080), board_, curves_, metrics_};
};

TEST_F(HttpRoutesTest, ServesThePageAndItsParts) {
  const auto page = Get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.content_type, StartsWith("text/html"));
  EXPECT_THAT(page.body, StartsWith("<!doctype html>"));
  for (const auto& [path, type] :
       std::vector<std::pair<std::string, std::string>>{{"/page/app.js", "text/javascript"},
                                                        {"/page/style.css", "text/css"},
                                                        {"/page/icon.svg", "image/svg+xml"}}) {
    EXPECT_EQ(Get(path).status, 200) << path;
    EXPECT_THAT(Get(path).content_type, StartsWith(type));
    EXPECT_THAT(page.body, HasSubstr(path));
  }
}

TEST_F(HttpRoutesTest, EveryModuleThatIsImportedIsServed) {
  std::vector<std::string> open{"app.js"};
  std::set<std::string> seen;
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    if (!seen.insert(name).second) continue;
    const auto module = Get("/page/" + name);
    ASSERT_EQ(module.status, 200) << name;
    for (size_t at = module.body.find("from './"); at != std::string::npos;
         at = module.body.find("from './", at + 1)) {
      const size_t begin = at + 8;
      open.push_back(module.body.substr(begin, module.body.find('\'', begin) - begin));
    }
  }
  EXPECT_GT(seen.size(), 5u);
}

TEST_F(HttpRoutesTest, PageAndApiNeedTheToken) {
  for (const char* path : {"/", "/page/app.js", "/api/sweeps", "/api/nope"}) {
    EXPECT_EQ(GetWithoutToken(path).status, 401) << path;
    EXPECT_EQ(routes_.Answer({"GET", path, "Bearer wrong", ""}).status, 401) << path;
    EXPECT_EQ(routes_.Answer({"GET", path, "", "sparsweep_token_8080=wrong"}).status, 401) << path;
    EXPECT_EQ(
        routes_.Answer({"GET", path, "", std::string("sparsweep_token_8081=") + kToken}).status,
        401);
  }
  EXPECT_EQ(GetWithoutToken("/?token=wrong").status, 401);
  EXPECT_EQ(GetWithoutToken("/api/sweeps?token=0123456789abcdef").status, 401);
}

TEST_F(HttpRoutesTest, MetricsAndHealthDoNot) {
  EXPECT_EQ(GetWithoutToken("/metrics").status, 200);
  EXPECT_THAT(GetWithoutToken("/metrics").content_type, StartsWith("text/plain; version=0.0.4"));
  EXPECT_EQ(GetWithoutToken("/healthz").status, 200);
  board_.Publish(std::make_shared<Snapshot>());
  EXPECT_EQ(GetWithoutToken("/healthz").status, 503);
}

TEST_F(HttpRoutesTest, TheTokenInTheAddressBecomesACookieAndLeavesTheAddress) {
  const auto reply = GetWithoutToken(std::string("/?token=") + kToken);
  EXPECT_EQ(reply.status, 303);
  EXPECT_THAT(reply.headers, Contains(Pair("Location", "/")));
  ASSERT_THAT(reply.headers, Contains(Pair("Set-Cookie", HasSubstr("HttpOnly; SameSite"))));
  std::string cookie;
  for (const auto& [name, value] : reply.headers) {
    if (name == "Set-Cookie") cookie = value.substr(0, value.find(';'));
  }
  EXPECT_EQ(routes_.Answer({"GET", "/api/sweeps", "", "other=1; " + cookie + "; more=2"}).status,
            200);
}

TEST_F(HttpRoutesTest, WithoutATokenSetEverythingIsOpen) {
  const HttpRoutes open(AccessToken("", 8080), board_, curves_, metrics_);
  EXPECT_EQ(open.Answer({"GET", "/api/sweeps", "", ""}).status, 200);
  EXPECT_EQ(open.Answer({"GET", "/", "", ""}).status, 200);
}

TEST_F(HttpRoutesTest, AnswersTheApi) {
  EXPECT_EQ(json::parse(Get("/api/sweeps").body)["sweeps"].size(), 3u);
  EXPECT_EQ(json::parse(Get("/api/sweeps/quickstart").body)["name"], "quickstart");
  EXPECT_EQ(json::parse(Get("/api/sweeps/quickstart/trials").body)["trials"].size(), 8u);
  EXPECT_EQ(json::parse(Get("/api/sweeps/quickstart/front").body)["points"].size(), 4u);
  EXPECT_EQ(json::parse(Get("/api/trials/t-000040/curves").body)["metrics"].size(), 3u);
  EXPECT_EQ(json::parse(Get("/api/trials/t-000040/curves/loss").body)["points"].size(), 30u);
  EXPECT_EQ(
      json::parse(Get("/api/sweeps/%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E").body)["name"],
      test::kHostileSweep);
}

TEST_F(HttpRoutesTest, PagesAreFollowedThroughTheQuery) {
  const json first = json::parse(Get("/api/sweeps/quickstart/trials?page_size=5").body);
  EXPECT_EQ(first["trials"].size(), 5u);
  const std::string token = first["next_page_token"];
  const json rest =
      json::parse(Get("/api/sweeps/quickstart/trials?page_size=5&page_token=" + token).body);
  EXPECT_EQ(rest["trials"].size(), 3u);
  EXPECT_EQ(rest["next_page_token"], "");
}

TEST_F(HttpRoutesTest, BadQueriesAreTheClientsFault) {
  for (const char* path :
       {"/api/sweeps?page_size=-1", "/api/sweeps?page_size=many", "/api/sweeps?page_token=!",
        "/api/sweeps/quickstart/trials?page_size=99999999999"}) {
    const auto reply = Get(path);
    EXPECT_EQ(reply.status, 400) << path;
    EXPECT_EQ(json::parse(reply.body)["error"]["code"], "INVALID_ARGUMENT") << path;
  }
  for (const char* path : {"/api/%", "/api/%4", "/api/%zz", "nope", ""}) {
    EXPECT_EQ(Get(path).status, 400) << path;
  }
}

TEST_F(HttpRoutesTest, UnknownPathsAndNamesAre404) {
  for (const char* path :
       {"/nope", "/page/", "/page/nope.js", "/page/../CMakeLists.txt", "/page/%2e%2e%2fsecret",
        "/index.html", "/api", "/api/", "/api/nope", "/api/sweeps/nope", "/api/sweeps/quickstart/x",
        "/api/sweeps/quickstart/trials/x", "/api/trials/t-000001", "/api/trials/t-999999/curves",
        "/api/trials/t-000040/curves/nope", "/metrics/", "//"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(HttpRoutesTest, OnlyReads) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", ""}) {
    const auto reply = routes_.Answer({method, "/healthz", "", ""});
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_THAT(reply.headers, Contains(Pair("Allow", "GET, HEAD")));
  }
  EXPECT_EQ(routes_.Answer({"HEAD", "/healthz", "", ""}).status, 200);
}

}  // namespace
}  // namespace sparsweep::dashboard_api
