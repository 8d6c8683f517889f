#include "base/rpc/server.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/rpc/channel.h"
#include "base/rpc/errors.h"
#include "base/status.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::base::rpc {
namespace {

// grpc.health.v1.HealthCheckResponse.ServingStatus; -1 = the service is unknown.
int Health(const std::string& address, const std::string& service) {
  const auto channel = Connect(address);
  grpc::ClientContext context;
  SetDeadline(&context, std::chrono::seconds(10));
  std::string request =
      service.empty() ? "" : "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
  const grpc::Slice slice(request);
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel);
  auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", bytes, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  int tag = 0;
  call->Finish(&response, &status, &tag);
  void* got = nullptr;
  bool ok = false;
  queue.Next(&got, &ok);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return -1;
  EXPECT_TRUE(status.ok()) << status.error_message();
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(response.Dump(&slices).ok());
  std::string reply;
  for (const grpc::Slice& part : slices)
    reply.append(reinterpret_cast<const char*>(part.begin()), part.size());
  return reply.size() == 2 ? reply[1] : 0;
}

constexpr int kServing = 1;
constexpr int kNotServing = 2;

TEST(Server, ListensOnPortAndSocket) {
  const test::TemporaryFolder folder;
  const std::string socket = "unix:" + folder.File("s.sock");
  auto server = Server::Start({"127.0.0.1:0", socket}, false, {});
  ASSERT_TRUE(server.ok()) << server.status();
  ASSERT_EQ((*server)->addresses().size(), 2u);
  EXPECT_NE((*server)->addresses()[0], "127.0.0.1:0");
  EXPECT_EQ((*server)->addresses()[1], socket);
  for (const std::string& address : (*server)->addresses())
    EXPECT_EQ(Health(address, ""), kServing);
}

TEST(Server, ReportsReadinessPerService) {
  auto server = Server::Start({"127.0.0.1:0"}, false, {});
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string address = (*server)->addresses()[0];
  EXPECT_EQ(Health(address, "sparsweep.v1.SweepService"), -1);
  (*server)->SetServing("sparsweep.v1.SweepService", false);
  EXPECT_EQ(Health(address, "sparsweep.v1.SweepService"), kNotServing);
  (*server)->SetServing("sparsweep.v1.SweepService", true);
  EXPECT_EQ(Health(address, "sparsweep.v1.SweepService"), kServing);
}

TEST(Server, SecondOneOnAnAddressIsRefused) {
  const test::TemporaryFolder folder;
  auto first = Server::Start({"127.0.0.1:0", "unix:" + folder.File("s.sock")}, false, {});
  ASSERT_TRUE(first.ok()) << first.status();
  for (const std::string& address : (*first)->addresses()) {
    const auto second = Server::Start({address}, false, {});
    EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(ReasonOf(second.status()).reason, "ADDRESS_IN_USE") << second.status();
    EXPECT_EQ(Health(address, ""), kServing) << "the first one still answers";
  }
}

TEST(Server, AddressIsFreeAfterShutdown) {
  const test::TemporaryFolder folder;
  const std::string socket = "unix:" + folder.File("s.sock");
  for (int round = 0; round < 2; ++round) {
    auto server = Server::Start({socket}, false, {});
    ASSERT_TRUE(server.ok()) << server.status();
    (*server)->Shutdown(std::chrono::milliseconds(0));
  }
}

}  // namespace
}  // namespace sparsweep::base::rpc
