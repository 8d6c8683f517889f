#include "dashboard_api/result_service.h"

#include "base/rpc/errors.h"
#include "contract/trial_spec.h"
#include "dashboard_api/snapshot_queries.h"
#include "sparsweep/v1/result.grpc.pb.h"

namespace sparsweep::dashboard_api {
namespace {

// The synchronous API: reading points waits for the disk, which a thread of gRPC's own pool may do
// and a callback may not.
class ResultService final : public v1::ResultService::Service {
 public:
  ResultService(const SnapshotBoard& board, store::MetricReader& reader)
      : board_(board), reader_(reader) {}

  grpc::Status GetFront(grpc::ServerContext*, const v1::GetFrontRequest* request,
                        v1::GetFrontResponse* response) override {
    const auto snapshot = board_.Current();
    const auto sweep = GetSweep(*snapshot, request->sweep());
    if (!sweep.ok()) return base::rpc::ToGrpc(sweep.status());
    const auto page = ListFront(**sweep, {request->page_size(), request->page_token()});
    if (!page.ok()) return base::rpc::ToGrpc(page.status());
    response->set_metric((*sweep)->row.metric);
    response->set_goal((*sweep)->row.maximize ? "maximize" : "minimize");
    for (const TrialView* trial : page->rows) {
      v1::FrontPoint* point = response->add_points();
      point->set_trial(contract::TrialName(trial->row.id));
      point->set_method(trial->row.method);
      point->set_seed(trial->row.seed);
      point->set_mask_density(trial->row.mask_density.value_or(1));
      point->set_remaining_weights(trial->row.remaining_weights.value_or(1));
      point->set_score(*trial->row.score);
      if (trial->row.lambda) point->set_lambda(*trial->row.lambda);
      point->set_variant(trial->row.variant);
    }
    response->set_next_page_token(page->next_page_token);
    return grpc::Status::OK;
  }

  grpc::Status ListCurves(grpc::ServerContext*, const v1::ListCurvesRequest* request,
                          v1::ListCurvesResponse* response) override {
    const auto metrics = dashboard_api::ListCurves(*board_.Current(), reader_, request->trial());
    if (!metrics.ok()) return base::rpc::ToGrpc(metrics.status());
    response->mutable_metrics()->Add(metrics->begin(), metrics->end());
    return grpc::Status::OK;
  }

  grpc::Status ListCurvePoints(grpc::ServerContext*, const v1::ListCurvePointsRequest* request,
                               v1::ListCurvePointsResponse* response) override {
    const auto page = dashboard_api::ListCurvePoints(*board_.Current(), reader_, request->trial(),
                                                     request->metric(),
                                                     {request->page_size(), request->page_token()});
    if (!page.ok()) return base::rpc::ToGrpc(page.status());
    for (const store::MetricPoint& row : page->rows) {
      v1::CurvePoint* point = response->add_points();
      point->set_step(row.step);
      point->set_value(row.value);
    }
    response->set_next_page_token(page->next_page_token);
    return grpc::Status::OK;
  }

 private:
  const SnapshotBoard& board_;
  store::MetricReader& reader_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeResultService(const SnapshotBoard& board,
                                                 store::MetricReader& reader) {
  return std::make_unique<ResultService>(board, reader);
}

}  // namespace sparsweep::dashboard_api
