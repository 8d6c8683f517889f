#include "dashboard_api/result_service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "base/rpc/channel.h"
#include "base/rpc/errors.h"
#include "base/rpc/server.h"
#include "base/status.h"
#include "sparsweep/v1/result.grpc.pb.h"
#include "tests/dashboard_api/demo_snapshot.h"

namespace sparsweep::dashboard_api {
namespace {

using std::chrono_literals::operator""s;

class ResultServiceTest : public testing::Test {
 protected:
  ResultServiceTest() {
    const auto snapshot = test::DemoSnapshot();
    test::FillDemoMetrics(*snapshot, curves_);
    board_.Publish(snapshot);
    auto server = base::rpc::Server::Start({"127.0.0.1:0"}, false, {service_.get()});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
    stub_ = v1::ResultService::NewStub(base::rpc::Connect(server_->addresses().front()));
  }
  ~ResultServiceTest() override { server_->Shutdown(1s); }

  // Calls `method` of the stub with a deadline.
  template <typename Method, typename Request, typename Response>
  absl::Status Call(Method method, const Request& request, Response* response) {
    grpc::ClientContext context;
    base::rpc::SetDeadline(&context, 60s);
    return base::rpc::FromGrpc((stub_.get()->*method)(&context, request, response));
  }

  SnapshotBoard board_;
  test::MemoryMetrics curves_;
  std::unique_ptr<grpc::Service> service_ = MakeResultService(board_, curves_);
  std::unique_ptr<base::rpc::Server> server_;
  std::unique_ptr<v1::ResultService::Stub> stub_;
};

TEST_F(ResultServiceTest, TheFrontComesInPages) {
  v1::GetFrontRequest request;
  request.set_sweep(test::kEndedSweep);
  request.set_page_size(20);
  v1::GetFrontResponse response;
  ASSERT_TRUE(Call(&v1::ResultService::Stub::GetFront, request, &response).ok());
  EXPECT_EQ(response.metric(), "accuracy");
  EXPECT_EQ(response.goal(), "maximize");
  ASSERT_EQ(response.points_size(), 20);
  EXPECT_EQ(response.points(0).trial(), "t-000001");
  EXPECT_EQ(response.points(0).score(), .758);
  EXPECT_FALSE(response.points(0).has_lambda());
  request.set_page_token(response.next_page_token());
  ASSERT_TRUE(Call(&v1::ResultService::Stub::GetFront, request, &response).ok());
  EXPECT_EQ(response.points_size(), 13);
  EXPECT_EQ(response.points(12).lambda(), 5000);
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(ResultServiceTest, Curves) {
  v1::ListCurvesRequest names;
  names.set_trial("t-000045");
  v1::ListCurvesResponse metrics;
  ASSERT_TRUE(Call(&v1::ResultService::Stub::ListCurves, names, &metrics).ok());
  EXPECT_THAT(metrics.metrics(), testing::ElementsAre("accuracy", "density", "loss"));

  v1::ListCurvePointsRequest request;
  request.set_trial("t-000045");
  request.set_metric("loss");
  v1::ListCurvePointsResponse points;
  ASSERT_TRUE(Call(&v1::ResultService::Stub::ListCurvePoints, request, &points).ok());
  ASSERT_EQ(points.points_size(), 21);
  EXPECT_EQ(points.points(20).step(), 210);
  EXPECT_EQ(points.next_page_token(), "");
}

TEST_F(ResultServiceTest, ErrorsCarryTheirReason) {
  v1::GetFrontRequest front;
  front.set_sweep("nope");
  v1::GetFrontResponse ignored;
  const auto missing = Call(&v1::ResultService::Stub::GetFront, front, &ignored);
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(base::ReasonOf(missing).reason, "SWEEP_NOT_FOUND");

  front.set_sweep(test::kEndedSweep);
  front.set_page_size(-1);
  EXPECT_EQ(Call(&v1::ResultService::Stub::GetFront, front, &ignored).code(),
            absl::StatusCode::kInvalidArgument);
  front.set_page_size(0);
  front.set_page_token("not a token");
  EXPECT_EQ(Call(&v1::ResultService::Stub::GetFront, front, &ignored).code(),
            absl::StatusCode::kInvalidArgument);

  v1::ListCurvePointsRequest request;
  request.set_trial("t-000045");
  request.set_metric("nope");
  v1::ListCurvePointsResponse points;
  EXPECT_EQ(
      base::ReasonOf(Call(&v1::ResultService::Stub::ListCurvePoints, request, &points)).reason,
      "METRIC_NOT_FOUND");
}

}  // namespace
}  // namespace sparsweep::dashboard_api
