#include "cli/client.h"

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/ids.h"
#include "base/rpc/channel.h"
#include "base/rpc/errors.h"
#include "sparsweep/v1/mask.grpc.pb.h"
#include "sparsweep/v1/result.grpc.pb.h"
#include "sparsweep/v1/sweep.grpc.pb.h"
#include "sparsweep/v1/trial.grpc.pb.h"

namespace sparsweep::cli {
namespace {

constexpr int kPageSize = 1000;

// grpc.health.v1.Health/Check in messages of the same wire form (Debian's gRPC installs no header
// of its own): request {string = 1}, response {enum = 1}, where 1 is SERVING.
using HealthStub =
    grpc::TemplatedGenericStub<google::protobuf::StringValue, google::protobuf::Int32Value>;
constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr int32_t kServing = 1;

}  // namespace

struct Client::Impl {
  std::string address;
  std::chrono::milliseconds timeout;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::SweepService::Stub> sweeps = v1::SweepService::NewStub(channel);
  std::unique_ptr<v1::TrialService::Stub> trials = v1::TrialService::NewStub(channel);
  std::unique_ptr<v1::ResultService::Stub> results = v1::ResultService::NewStub(channel);
  std::unique_ptr<v1::MaskService::Stub> masks = v1::MaskService::NewStub(channel);

  // One call; the address is named where nobody answers.
  template <class Stub, class Request, class Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    base::rpc::SetDeadline(&context, timeout);
    const grpc::Status answer = (stub.*method)(&context, request, response);
    // CANCELLED: the coordinator is stopping; nothing here cancels calls.
    if (answer.error_code() == grpc::StatusCode::UNAVAILABLE ||
        answer.error_code() == grpc::StatusCode::CANCELLED) {
      return absl::UnavailableError("the coordinator at " + address +
                                    " does not answer: " + answer.error_message());
    }
    if (answer.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
      return absl::DeadlineExceededError("the coordinator at " + address +
                                         " did not answer in time; see --timeout");
    }
    return base::rpc::FromGrpc(answer);
  }

  // Calls until the last page, handing each response to `take`.
  template <class Stub, class Request, class Response, class Take>
  absl::Status Pages(Stub& stub,
                     grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     Request request, Take take) {
    request.set_page_size(kPageSize);
    do {
      Response response;
      absl::Status status = Call(stub, method, request, &response);
      if (!status.ok()) return status;
      request.set_page_token(response.next_page_token());
      take(&response);
    } while (!request.page_token().empty());
    return absl::OkStatus();
  }
};

Client::Client(const std::string& address, std::chrono::milliseconds timeout)
    : impl_(new Impl{address, timeout, base::rpc::Connect(address)}) {}
Client::~Client() = default;

absl::StatusOr<v1::SubmitSweepResponse> Client::Submit(v1::SubmitSweepRequest request) {
  request.set_request_id(base::NewUuid());
  v1::SubmitSweepResponse response;
  absl::Status status =
      impl_->Call(*impl_->sweeps, &v1::SweepService::Stub::SubmitSweep, request, &response);
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<v1::Sweep> Client::GetSweep(const std::string& name) {
  v1::GetSweepRequest request;
  request.set_name(name);
  v1::GetSweepResponse response;
  absl::Status status =
      impl_->Call(*impl_->sweeps, &v1::SweepService::Stub::GetSweep, request, &response);
  if (!status.ok()) return status;
  return std::move(*response.mutable_sweep());
}

absl::StatusOr<std::vector<v1::Sweep>> Client::ListSweeps() {
  std::vector<v1::Sweep> sweeps;
  absl::Status status = impl_->Pages(*impl_->sweeps, &v1::SweepService::Stub::ListSweeps,
                                     v1::ListSweepsRequest(), [&](v1::ListSweepsResponse* page) {
                                       for (auto& sweep : *page->mutable_sweeps())
                                         sweeps.push_back(std::move(sweep));
                                     });
  if (!status.ok()) return status;
  return sweeps;
}

absl::StatusOr<v1::Sweep> Client::CancelSweep(const std::string& name) {
  v1::CancelSweepRequest request;
  request.set_request_id(base::NewUuid());
  request.set_name(name);
  v1::CancelSweepResponse response;
  absl::Status status =
      impl_->Call(*impl_->sweeps, &v1::SweepService::Stub::CancelSweep, request, &response);
  if (!status.ok()) return status;
  return std::move(*response.mutable_sweep());
}

absl::StatusOr<v1::Trial> Client::GetTrial(const std::string& name) {
  v1::GetTrialRequest request;
  request.set_name(name);
  v1::GetTrialResponse response;
  absl::Status status =
      impl_->Call(*impl_->trials, &v1::TrialService::Stub::GetTrial, request, &response);
  if (!status.ok()) return status;
  return std::move(*response.mutable_trial());
}

absl::StatusOr<std::vector<v1::Trial>> Client::ListTrials(const std::string& sweep) {
  v1::ListTrialsRequest request;
  request.set_sweep(sweep);
  std::vector<v1::Trial> trials;
  absl::Status status = impl_->Pages(*impl_->trials, &v1::TrialService::Stub::ListTrials, request,
                                     [&](v1::ListTrialsResponse* page) {
                                       for (auto& trial : *page->mutable_trials())
                                         trials.push_back(std::move(trial));
                                     });
  if (!status.ok()) return status;
  return trials;
}

absl::StatusOr<Front> Client::GetFront(const std::string& sweep) {
  v1::GetFrontRequest request;
  request.set_sweep(sweep);
  Front front;
  absl::Status status = impl_->Pages(*impl_->results, &v1::ResultService::Stub::GetFront, request,
                                     [&](v1::GetFrontResponse* page) {
                                       front.metric = page->metric();
                                       front.maximize = page->goal() != "minimize";
                                       for (auto& point : *page->mutable_points())
                                         front.points.push_back(std::move(point));
                                     });
  if (!status.ok()) return status;
  return front;
}

absl::StatusOr<std::vector<v1::MaskMatrix>> Client::MaskMatrices(const std::string& trial) {
  v1::ListMaskMatricesRequest request;
  request.set_trial(trial);
  std::vector<v1::MaskMatrix> matrices;
  absl::Status status = impl_->Pages(*impl_->masks, &v1::MaskService::Stub::ListMaskMatrices,
                                     request, [&](v1::ListMaskMatricesResponse* page) {
                                       for (auto& matrix : *page->mutable_matrices())
                                         matrices.push_back(std::move(matrix));
                                     });
  if (absl::IsNotFound(status)) return std::vector<v1::MaskMatrix>();
  if (!status.ok()) return status;
  return matrices;
}

absl::Status Client::CheckServing() {
  google::protobuf::StringValue request;
  request.set_value(v1::SweepService::service_full_name());
  google::protobuf::Int32Value response;
  grpc::ClientContext context;
  base::rpc::SetDeadline(&context, impl_->timeout);
  grpc::CompletionQueue queue;
  HealthStub stub(impl_->channel);
  const auto call = stub.PrepareUnaryCall(&context, kHealthCheck, request, &queue);
  grpc::Status answer;
  call->StartCall();
  call->Finish(&response, &answer, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!answer.ok() || response.value() != kServing) {
    return absl::UnavailableError("the coordinator at " + impl_->address + " is not serving");
  }
  return absl::OkStatus();
}

}  // namespace sparsweep::cli
