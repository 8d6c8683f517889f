#include "base/rpc/channel.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "base/rpc/server.h"
#include "sparsweep/v1/mask.grpc.pb.h"
#include "sparsweep/v1/result.pb.h"
#include "sparsweep/v1/sweep.grpc.pb.h"
#include "sparsweep/v1/worker.pb.h"

namespace sparsweep::base::rpc {
namespace {

// Unavailable for the first `failures` calls.
class FlakySweeps final : public v1::SweepService::Service {
 public:
  explicit FlakySweeps(int failures) : failures_(failures) {}
  grpc::Status GetSweep(grpc::ServerContext*, const v1::GetSweepRequest*,
                        v1::GetSweepResponse*) override {
    ++calls;
    if (calls <= failures_) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting");
    return grpc::Status::OK;
  }
  std::atomic<int> calls{0};

 private:
  const int failures_;
};

class UnavailableMasks final : public v1::MaskService::Service {
 public:
  grpc::Status UploadMask(grpc::ServerContext*, grpc::ServerReader<v1::UploadMaskRequest>*,
                          v1::UploadMaskResponse*) override {
    ++calls;
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting");
  }
  std::atomic<int> calls{0};
};

TEST(Channel, CallsIdempotentMethodsAgain) {
  FlakySweeps service(2);
  auto server = Server::Start({"127.0.0.1:0"}, false, {&service});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = v1::SweepService::NewStub(Connect((*server)->addresses()[0]));
  grpc::ClientContext context;
  SetDeadline(&context, std::chrono::seconds(20));
  v1::GetSweepResponse response;
  EXPECT_TRUE(stub->GetSweep(&context, {}, &response).ok());
  EXPECT_EQ(service.calls, 3);
}

TEST(Channel, DoesNotRepeatUploads) {
  UnavailableMasks service;
  auto server = Server::Start({"127.0.0.1:0"}, false, {&service});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = v1::MaskService::NewStub(Connect((*server)->addresses()[0]));
  grpc::ClientContext context;
  SetDeadline(&context, std::chrono::seconds(20));
  v1::UploadMaskResponse response;
  auto upload = stub->UploadMask(&context, &response);
  upload->WritesDone();
  EXPECT_EQ(upload->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(service.calls, 1);
}

// Every unary method is repeatable by request_id, sequence or because it only reads: all are
// listed.
TEST(Channel, ListsEveryUnaryMethodOfTheProtos) {
  std::set<std::string> listed;
  for (const RetriedMethod& method : RetriedMethods()) {
    listed.insert(std::string(method.service) + "." + method.method);
  }
  std::set<std::string> unary;
  for (const auto* file :
       {v1::GetSweepRequest::descriptor()->file(), v1::GetTrialRequest::descriptor()->file(),
        v1::GetMaskUploadRequest::descriptor()->file(), v1::GetFrontRequest::descriptor()->file(),
        v1::SyncRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        if (!method->client_streaming()) unary.insert(method->full_name());
      }
    }
  }
  EXPECT_EQ(listed, unary);
}

}  // namespace
}  // namespace sparsweep::base::rpc
