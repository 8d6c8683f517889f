#include "tests/support/fake_api.h"

#include <grpcpp/server_context.h>

#include <algorithm>
#include <stdexcept>

#include "base/rpc/errors.h"
#include "base/rpc/server.h"
#include "base/status.h"
#include "sparsweep/v1/mask.grpc.pb.h"
#include "sparsweep/v1/result.grpc.pb.h"
#include "sparsweep/v1/sweep.grpc.pb.h"
#include "sparsweep/v1/trial.grpc.pb.h"

namespace sparsweep::test {
namespace {

// One page of `rows` for `request`, handed to `add`; the token is the index of the next row.
template <class Row, class Request, class Response, class Add>
void Page(const std::vector<Row>& rows, int largest, const Request& request, Response* response,
          Add add) {
  size_t at = request.page_token().empty() ? 0 : std::stoul(request.page_token());
  const int page = std::min(largest, request.page_size() > 0 ? request.page_size() : largest);
  for (int i = 0; i < page && at < rows.size(); ++i, ++at) *add(response) = rows[at];
  if (at < rows.size()) response->set_next_page_token(std::to_string(at));
}

grpc::Status NotFound(const std::string& what) {
  return base::rpc::ToGrpc(
      base::WithReason(absl::NotFoundError("no " + what), {"NOT_FOUND", {{"name", what}}}));
}

class FakeSweeps final : public v1::SweepService::Service {
 public:
  explicit FakeSweeps(FakeApiData* data) : data_(data) {}
  grpc::Status SubmitSweep(grpc::ServerContext*, const v1::SubmitSweepRequest* request,
                           v1::SubmitSweepResponse* response) override {
    if (!data_->submit_error.ok()) return base::rpc::ToGrpc(data_->submit_error);
    data_->submitted.push_back(*request);
    *response->mutable_sweep() = data_->sweeps.at(0);
    return grpc::Status::OK;
  }
  grpc::Status GetSweep(grpc::ServerContext*, const v1::GetSweepRequest* request,
                        v1::GetSweepResponse* response) override {
    if (data_->on_get_sweep) data_->on_get_sweep();
    const v1::Sweep* sweep = Find(request->name());
    if (sweep == nullptr) return NotFound("sweep '" + request->name() + "'");
    *response->mutable_sweep() = *sweep;
    return grpc::Status::OK;
  }
  grpc::Status ListSweeps(grpc::ServerContext*, const v1::ListSweepsRequest* request,
                          v1::ListSweepsResponse* response) override {
    Page(data_->sweeps, data_->largest_page, *request, response,
         [](auto* page) { return page->add_sweeps(); });
    return grpc::Status::OK;
  }
  grpc::Status CancelSweep(grpc::ServerContext*, const v1::CancelSweepRequest* request,
                           v1::CancelSweepResponse* response) override {
    v1::Sweep* sweep = Find(request->name());
    if (sweep == nullptr) return NotFound("sweep '" + request->name() + "'");
    sweep->set_state(v1::SWEEP_STATE_CANCELED);
    *response->mutable_sweep() = *sweep;
    return grpc::Status::OK;
  }

 private:
  v1::Sweep* Find(const std::string& name) {
    for (v1::Sweep& sweep : data_->sweeps) {
      if (sweep.name() == name) return &sweep;
    }
    return nullptr;
  }

  FakeApiData* data_;
};

class FakeTrials final : public v1::TrialService::Service {
 public:
  explicit FakeTrials(FakeApiData* data) : data_(data) {}
  grpc::Status GetTrial(grpc::ServerContext*, const v1::GetTrialRequest* request,
                        v1::GetTrialResponse* response) override {
    for (const v1::Trial& trial : data_->trials) {
      if (trial.name() != request->name()) continue;
      *response->mutable_trial() = trial;
      return grpc::Status::OK;
    }
    return NotFound("trial '" + request->name() + "'");
  }
  grpc::Status ListTrials(grpc::ServerContext*, const v1::ListTrialsRequest* request,
                          v1::ListTrialsResponse* response) override {
    std::vector<v1::Trial> trials;
    for (const v1::Trial& trial : data_->trials) {
      if (trial.sweep() == request->sweep()) trials.push_back(trial);
    }
    Page(trials, data_->largest_page, *request, response,
         [](auto* page) { return page->add_trials(); });
    return grpc::Status::OK;
  }

 private:
  FakeApiData* data_;
};

class FakeResults final : public v1::ResultService::Service {
 public:
  explicit FakeResults(FakeApiData* data) : data_(data) {}
  grpc::Status GetFront(grpc::ServerContext*, const v1::GetFrontRequest* request,
                        v1::GetFrontResponse* response) override {
    response->set_metric("accuracy");
    response->set_goal("maximize");
    Page(data_->points, data_->largest_page, *request, response,
         [](auto* page) { return page->add_points(); });
    return grpc::Status::OK;
  }

 private:
  FakeApiData* data_;
};

class FakeMasks final : public v1::MaskService::Service {
 public:
  explicit FakeMasks(FakeApiData* data) : data_(data) {}
  grpc::Status ListMaskMatrices(grpc::ServerContext*, const v1::ListMaskMatricesRequest* request,
                                v1::ListMaskMatricesResponse* response) override {
    const auto found = data_->masks.find(request->trial());
    if (found == data_->masks.end()) return NotFound("mask of " + request->trial());
    Page(found->second, data_->largest_page, *request, response,
         [](auto* page) { return page->add_matrices(); });
    return grpc::Status::OK;
  }

 private:
  FakeApiData* data_;
};

}  // namespace

struct FakeApi::Impl {
  explicit Impl(FakeApiData* data) : sweeps(data), trials(data), results(data), masks(data) {}

  FakeSweeps sweeps;
  FakeTrials trials;
  FakeResults results;
  FakeMasks masks;
  std::unique_ptr<base::rpc::Server> server;
};

FakeApi::FakeApi(FakeApiData* data) : impl_(std::make_unique<Impl>(data)) {
  auto server = base::rpc::Server::Start(
      {"127.0.0.1:0"}, false, {&impl_->sweeps, &impl_->trials, &impl_->results, &impl_->masks});
  if (!server.ok()) throw std::runtime_error(std::string(server.status().message()));
  impl_->server = *std::move(server);
  SetServing(true);
}

FakeApi::~FakeApi() = default;

const std::string& FakeApi::address() const { return impl_->server->addresses()[0]; }

void FakeApi::SetServing(bool serving) {
  impl_->server->SetServing(v1::SweepService::service_full_name(), serving);
}

}  // namespace sparsweep::test
