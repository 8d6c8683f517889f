#include "dashboard_api/json_views.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/status.h"
#include "tests/dashboard_api/demo_snapshot.h"

namespace sparsweep::dashboard_api {
namespace {

using nlohmann::json;

class JsonViewsTest : public testing::Test {
 protected:
  std::shared_ptr<const Snapshot> snapshot_ = test::DemoSnapshot();
  const SweepView& running_ = *snapshot_->FindSweep(test::kRunningSweep);
};

TEST_F(JsonViewsTest, Sweeps) {
  const json sweeps = json::parse(SweepsJson(*snapshot_, *ListSweeps(*snapshot_, {2, ""})));
  EXPECT_EQ(sweeps["serving"], true);
  EXPECT_NE(sweeps["next_page_token"], "");
  ASSERT_EQ(sweeps["sweeps"].size(), 2u);
  EXPECT_EQ(sweeps["sweeps"][0]["name"], test::kHostileSweep);
  EXPECT_EQ(sweeps["sweeps"][0]["state"], "rejected");
  EXPECT_EQ(sweeps["sweeps"][1]["counts"]["active"], 2);
  EXPECT_EQ(sweeps["sweeps"][1]["create_time"], "2025-06-15T15:06:42.000Z");
  EXPECT_FALSE(sweeps["sweeps"][1].contains("end_time"));
  EXPECT_FALSE(sweeps["sweeps"][1].contains("yaml"));
  EXPECT_EQ(json::parse(SweepJson(running_))["yaml"], "name: quickstart\n");
}

TEST_F(JsonViewsTest, TrialsLeaveOutWhatIsNotKnown) {
  const json trials = json::parse(TrialsJson(running_, *ListTrials(running_, {})))["trials"];
  ASSERT_EQ(trials.size(), 8u);
  EXPECT_EQ(trials[5]["name"], "t-000045");
  EXPECT_EQ(trials[5]["lambda"], 1300);
  EXPECT_EQ(trials[5]["score"], .671);
  EXPECT_EQ(trials[4]["failure"]["reason"], "LOSS_NOT_FINITE");
  for (const char* key : {"score", "mask_density", "density", "worker", "failure"}) {
    EXPECT_FALSE(trials[7].contains(key)) << key;
  }
}

TEST_F(JsonViewsTest, TheFrontIsWhatTheCommandPrints) {
  const json front = json::parse(FrontJson(running_, *ListFront(running_, {})));
  EXPECT_EQ(front["sweep"], "quickstart");
  EXPECT_EQ(front["metric"], "accuracy");
  EXPECT_EQ(front["goal"], "maximize");
  const json& point = front["points"][1];
  EXPECT_EQ(point["trial"], "t-000041");
  EXPECT_EQ(point["method"], "magnitude");
  EXPECT_EQ(point["seed"], 1);
  EXPECT_EQ(point["mask_density"], .10);
  EXPECT_EQ(point["score"], .666);
  EXPECT_FALSE(point.contains("lambda"));
}

TEST_F(JsonViewsTest, WhatIsNotFiniteIsNull) {
  const json points = json::parse(CurvePointsJson(
      "t-000001", "loss",
      {{{1, 2.5}, {2, std::numeric_limits<double>::quiet_NaN()}, {3, HUGE_VAL}}, "next"}));
  EXPECT_EQ(points["points"][0], json({{"step", 1}, {"value", 2.5}}));
  EXPECT_TRUE(points["points"][1]["value"].is_null());
  EXPECT_TRUE(points["points"][2]["value"].is_null());
  EXPECT_EQ(points["next_page_token"], "next");
}

TEST_F(JsonViewsTest, BytesThatAreNoUtf8AreReplaced) {
  const json curves = json::parse(CurvesJson("t-000001", {"a\xff"
                                                          "b",
                                                          "\"quoted\"\n"}));
  EXPECT_EQ(curves["metrics"][0],
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(curves["metrics"][1], "\"quoted\"\n");
}

TEST_F(JsonViewsTest, ErrorsCarryCodeAndReason) {
  const json error = json::parse(
      ErrorJson(base::WithReason(absl::NotFoundError("no such thing"), {"SWEEP_NOT_FOUND", {}})));
  EXPECT_EQ(
      error["error"],
      json({{"code", "NOT_FOUND"}, {"message", "no such thing"}, {"reason", "SWEEP_NOT_FOUND"}}));
}

}  // namespace
}  // namespace sparsweep::dashboard_api
