#include "base/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "base/rpc/address.h"
#include "base/rpc/limits.h"

namespace sparsweep::base::rpc {
namespace {

void SetLimits(grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder->SetMaxSendMessageSize(kMaxMessageBytes);
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                              kLeastPingIntervalMs);
}

}  // namespace

struct Server::Impl {
  std::unique_ptr<grpc::Server> server;
  std::vector<std::string> addresses;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::vector<std::string>& addresses,
                                                      bool insecure,
                                                      const std::vector<grpc::Service*>& services) {
  for (const std::string& address : addresses) {
    if (absl::Status ready = PrepareToListen(address, insecure); !ready.ok()) return ready;
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  SetLimits(&builder);
  std::vector<int> ports(addresses.size(), 0);
  for (size_t i = 0; i < addresses.size(); ++i) {
    builder.AddListeningPort(addresses[i], grpc::InsecureServerCredentials(), &ports[i]);
  }
  for (grpc::Service* service : services) builder.RegisterService(service);

  auto impl = std::make_unique<Impl>();
  impl->server = builder.BuildAndStart();
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (impl->server == nullptr || ports[i] == 0) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", addresses[i]));
    }
    const bool any_port =
        !absl::StartsWith(addresses[i], "unix:") && absl::EndsWith(addresses[i], ":0");
    impl->addresses.push_back(
        any_port ? absl::StrCat(addresses[i].substr(0, addresses[i].size() - 1), ports[i])
                 : addresses[i]);
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { Shutdown(std::chrono::milliseconds(0)); }

const std::vector<std::string>& Server::addresses() const { return impl_->addresses; }

void Server::SetServing(const std::string& service, bool serving) {
  impl_->server->GetHealthCheckService()->SetServingStatus(service, serving);
}

void Server::Shutdown(std::chrono::milliseconds grace) {
  impl_->server->GetHealthCheckService()->Shutdown();
  impl_->server->Shutdown(std::chrono::system_clock::now() + grace);
}

}  // namespace sparsweep::base::rpc
