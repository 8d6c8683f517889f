#include "base/rpc/channel.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "base/rpc/limits.h"

namespace sparsweep::base::rpc {

const std::vector<RetriedMethod>& RetriedMethods() {
  static const auto* methods = new std::vector<RetriedMethod>{
      {"sparsweep.v1.SweepService", "GetSweep"},
      {"sparsweep.v1.SweepService", "ListSweeps"},
      {"sparsweep.v1.SweepService", "SubmitSweep"},
      {"sparsweep.v1.SweepService", "CancelSweep"},
      {"sparsweep.v1.TrialService", "GetTrial"},
      {"sparsweep.v1.TrialService", "ListTrials"},
      {"sparsweep.v1.MaskService", "GetMaskUpload"},
      {"sparsweep.v1.MaskService", "ListMaskMatrices"},
      {"sparsweep.v1.ResultService", "GetFront"},
      {"sparsweep.v1.ResultService", "ListCurves"},
      {"sparsweep.v1.ResultService", "ListCurvePoints"},
      {"sparsweep.v1.WorkerService", "Sync"},
      {"sparsweep.v1.WorkerService", "ReportEvents"},
      {"sparsweep.v1.WorkerService", "ReportCheck"},
  };
  return *methods;
}

namespace {

std::string ServiceConfig() {
  const std::string names =
      absl::StrJoin(RetriedMethods(), ",", [](std::string* out, const RetriedMethod& method) {
        absl::StrAppend(out, R"({"service":")", method.service, R"(","method":")", method.method,
                        R"("})");
      });
  return absl::StrCat(R"({"methodConfig":[{"name":[)", names,
                      R"(],"retryPolicy":{"maxAttempts":5,"initialBackoff":"0.1s",)",
                      R"("maxBackoff":"2s","backoffMultiplier":2,)",
                      R"("retryableStatusCodes":["UNAVAILABLE"]}}]})");
}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(ServiceConfig());
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A coordinator is back within seconds of a restart: look for it that often.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // Plaintext HTTP/2 does not pass a web proxy that the environment may name.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void SetDeadline(grpc::ClientContext* context, std::chrono::milliseconds timeout) {
  context->set_deadline(std::chrono::system_clock::now() + timeout);
}

}  // namespace sparsweep::base::rpc
