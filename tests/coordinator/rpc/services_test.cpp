// The services behind a real server on a unix socket, over a real database.
#include "coordinator/rpc/services.h"

#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <thread>

#include "base/event_loop.h"
#include "base/rpc/channel.h"
#include "base/rpc/errors.h"
#include "base/rpc/server.h"
#include "base/status.h"
#include "contract/mask_file.h"
#include "sparsweep/v1/mask.grpc.pb.h"
#include "sparsweep/v1/sweep.grpc.pb.h"
#include "sparsweep/v1/trial.grpc.pb.h"
#include "sparsweep/v1/worker.grpc.pb.h"
#include "store/store.h"
#include "tests/support/temporary_folder.h"

namespace sparsweep::coordinator::rpc {
namespace {

using std::chrono::seconds;

constexpr char kYaml[] =
    "name: words\nmodel: {path: m}\ntask: {train: t, dev: d, format: {text: [a]}}\n"
    "training: {steps: 300}\ngroups: [{method: movement, density: {values: [0.1, 0.2, 0.3]}}]\n";
constexpr char kId[] = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";

class ServicesTest : public ::testing::Test {
 protected:
  ServicesTest() {
    store_ =
        *store::OpenSqliteStore({.path = folder_.File("sparsweep.db"), .holder = "test"}, loop_);
    masks_ = *store::OpenMaskStore(folder_.File("masks.db"));
    metrics_ = *store::OpenMetricReader(folder_.File("sparsweep.db"));
    std::filesystem::create_directory(folder_.File("uploads"));
    core_ = std::make_unique<CoordinatorCore>(CoreOptions{}, base::SystemClock(), *store_, board_);
    services_ = std::make_unique<Services>(
        ServiceDeps{*core_, loop_, board_, *metrics_, *masks_, folder_.File("uploads")});
    server_ = *base::rpc::Server::Start({"unix:" + folder_.File("s")}, false, services_->all());
    EXPECT_TRUE(core_->Open(nullptr).ok());
    thread_ = std::thread([this] { loop_.Run(); });
    const auto channel = base::rpc::Connect(server_->addresses()[0]);
    sweeps_ = v1::SweepService::NewStub(channel);
    trials_ = v1::TrialService::NewStub(channel);
    workers_ = v1::WorkerService::NewStub(channel);
    mask_stub_ = v1::MaskService::NewStub(channel);
  }
  ~ServicesTest() override {
    loop_.Post([this] { core_->Shutdown(); });
    server_->Shutdown(seconds(5));
    loop_.Stop();
    thread_.join();
  }

  // Calls `method` of `stub` with a deadline.
  template <class Stub, class Request, class Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Stub::element_type::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    base::rpc::SetDeadline(&context, seconds(20));
    return base::rpc::FromGrpc(((*stub).*method)(&context, request, response));
  }
  absl::Status Submit(const std::string& yaml, v1::SubmitSweepResponse* response,
                      const std::string& base_directory = "/base") {
    v1::SubmitSweepRequest request;
    request.set_request_id(kId);
    request.set_yaml(yaml);
    request.set_base_directory(base_directory);
    request.set_file_name("mine.yaml");
    return Call(sweeps_, &v1::SweepService::Stub::SubmitSweep, request, response);
  }
  absl::Status Sync(uint64_t sequence, std::vector<std::string> held, int wait_seconds,
                    v1::SyncResponse* response) {
    v1::SyncRequest request;
    request.set_worker("w");
    request.set_instance("one");
    request.set_sequence(sequence);
    request.mutable_wait()->set_seconds(wait_seconds);
    v1::Slot* slot = request.add_slots();
    slot->set_name("cpu:0");
    slot->set_device("cpu");
    for (const std::string& trial : held) {
      v1::HeldLease* lease = request.add_held();
      lease->set_trial(trial);
      lease->set_attempt_number(1);
    }
    return Call(workers_, &v1::WorkerService::Stub::Sync, request, response);
  }
  // Sweep "words" runs and this worker holds t-000001.
  void StartTrial() {
    v1::SubmitSweepResponse submitted;
    ASSERT_TRUE(Submit(kYaml, &submitted).ok());
    v1::SyncResponse first;
    ASSERT_TRUE(Sync(1, {}, 0, &first).ok());
    v1::ReportCheckRequest check;
    check.set_worker("w");
    check.set_sweep("words");
    check.set_input_hash("content");
    v1::ReportCheckResponse checked;
    ASSERT_TRUE(Call(workers_, &v1::WorkerService::Stub::ReportCheck, check, &checked).ok());
    v1::SyncResponse granted;
    ASSERT_TRUE(Sync(2, {}, 0, &granted).ok());
    ASSERT_EQ(granted.leases_size(), 1);
    ASSERT_EQ(granted.leases(0).spec().trial(), "t-000001");
  }
  absl::Status Upload(const std::string& file, uint32_t attempt_number, uint32_t damage,
                      v1::UploadMaskResponse* response) {
    grpc::ClientContext context;
    base::rpc::SetDeadline(&context, seconds(20));
    const auto stream = mask_stub_->UploadMask(&context, response);
    v1::UploadMaskRequest message;
    message.mutable_header()->set_trial("t-000001");
    message.mutable_header()->set_attempt_number(attempt_number);
    message.mutable_header()->set_file_hash(contract::ContentHash(file));
    message.mutable_header()->set_total_bytes(file.size());
    stream->Write(message);
    message.mutable_chunk()->set_data(file);
    message.mutable_chunk()->set_crc32c(Crc32c(file) ^ damage);
    stream->Write(message);
    stream->WritesDone();
    return base::rpc::FromGrpc(stream->Finish());
  }
  // Bit by bit, to check the table-driven one.
  static uint32_t Crc32c(const std::string& bytes) {
    uint32_t crc = 0xFFFFFFFF;
    for (const char byte : bytes) {
      crc ^= static_cast<uint8_t>(byte);
      for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ (0x82F63B78 & (0 - (crc & 1)));
    }
    return ~crc;
  }

  test::TemporaryFolder folder_;
  base::EventLoop loop_;
  dashboard_api::SnapshotBoard board_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::MaskStore> masks_;
  std::unique_ptr<store::MetricReader> metrics_;
  std::unique_ptr<CoordinatorCore> core_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<base::rpc::Server> server_;
  std::thread thread_;
  std::unique_ptr<v1::SweepService::Stub> sweeps_;
  std::unique_ptr<v1::TrialService::Stub> trials_;
  std::unique_ptr<v1::WorkerService::Stub> workers_;
  std::unique_ptr<v1::MaskService::Stub> mask_stub_;
};

TEST_F(ServicesTest, SubmitAndReadBack) {
  v1::SubmitSweepResponse submitted;
  ASSERT_TRUE(Submit(kYaml, &submitted).ok());
  EXPECT_FALSE(submitted.attached());
  EXPECT_EQ(submitted.sweep().counts().pending(), 3u);
  EXPECT_EQ(submitted.sweep().state(), v1::SWEEP_STATE_CHECKING);
  v1::SubmitSweepResponse again;
  ASSERT_TRUE(Submit(kYaml, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), submitted.SerializeAsString());

  v1::GetSweepRequest get;
  get.set_name("words");
  v1::GetSweepResponse got;
  ASSERT_TRUE(Call(sweeps_, &v1::SweepService::Stub::GetSweep, get, &got).ok());
  EXPECT_EQ(got.sweep().SerializeAsString(), submitted.sweep().SerializeAsString());

  v1::ListTrialsRequest list;
  list.set_sweep("words");
  list.set_page_size(2);
  v1::ListTrialsResponse page;
  ASSERT_TRUE(Call(trials_, &v1::TrialService::Stub::ListTrials, list, &page).ok());
  EXPECT_EQ(page.trials_size(), 2);
  list.set_page_token(page.next_page_token());
  v1::ListTrialsResponse rest;
  ASSERT_TRUE(Call(trials_, &v1::TrialService::Stub::ListTrials, list, &rest).ok());
  ASSERT_EQ(rest.trials_size(), 1);
  EXPECT_EQ(rest.trials(0).name(), "t-000003");
  EXPECT_EQ(rest.trials(0).density(), 0.3);
  EXPECT_EQ(rest.next_page_token(), "");
}

TEST_F(ServicesTest, AnErrorInTheFileComesWithItsPlace) {
  v1::SubmitSweepResponse response;
  const absl::Status status = Submit("name: words\nmodle: {path: m}\n", &response);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(std::string(status.message()),
            "mine.yaml:2:1: unknown key 'modle'; did you mean 'model'?");
  const base::ErrorReason reason = base::ReasonOf(status);
  EXPECT_EQ(reason.reason, "INVALID_SWEEP");
  EXPECT_EQ(reason.metadata.at("line"), "2");
  EXPECT_EQ(reason.metadata.at("field"), "modle");
}

TEST_F(ServicesTest, RelativePathsNeedABaseDirectory) {
  v1::SubmitSweepResponse response;
  EXPECT_TRUE(absl::IsInvalidArgument(Submit(kYaml, &response, "")));
}

TEST_F(ServicesTest, ARequestIdHasToBeAUuid) {
  v1::CancelSweepRequest request;
  request.set_request_id("mine");
  request.set_name("words");
  v1::CancelSweepResponse response;
  const absl::Status status =
      Call(sweeps_, &v1::SweepService::Stub::CancelSweep, request, &response);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(base::ReasonOf(status).metadata.at("field"), "request_id");
}

TEST_F(ServicesTest, AParkedSyncIsAnsweredWhenASweepArrives) {
  auto parked = std::async(std::launch::async, [this] {
    v1::SyncResponse response;
    EXPECT_TRUE(Sync(1, {}, 15, &response).ok());
    return response;
  });
  v1::SubmitSweepResponse submitted;
  ASSERT_TRUE(Submit(kYaml, &submitted).ok());
  const v1::SyncResponse response = parked.get();
  ASSERT_EQ(response.checks_size(), 1);
  EXPECT_EQ(response.checks(0).sweep(), "words");
  EXPECT_EQ(response.checks(0).spec().model().path(), "/base/m");
}

TEST_F(ServicesTest, ALeaseCarriesItsSpecAndDuration) {
  StartTrial();
  v1::SyncResponse response;
  ASSERT_TRUE(Sync(3, {"t-000001"}, 0, &response).ok());
  ASSERT_EQ(response.leases_size(), 1);
  const v1::DesiredLease& lease = response.leases(0);
  EXPECT_EQ(lease.spec().pruning().method(), "movement");
  EXPECT_EQ(lease.spec().pruning().density(), 0.1);
  EXPECT_FALSE(lease.spec().pruning().has_lambda());
  EXPECT_EQ(lease.spec().input_hash(), "content");
  EXPECT_EQ(lease.slots(0), "cpu:0");
  EXPECT_EQ(lease.duration().seconds(), 60);
  EXPECT_EQ(lease.earlier_attempts_size(), 0);
}

TEST_F(ServicesTest, EventsAreTakenAndFenced) {
  StartTrial();
  v1::ReportEventsRequest report;
  report.set_worker("w");
  report.set_trial("t-000001");
  report.set_attempt_number(1);
  report.set_directory("/trials/t-000001/attempt-1");
  v1::TrainerEvent* event = report.add_events();
  event->set_sequence(1);
  event->set_json(contract::ToJson({1, 0, contract::Started{}}));
  v1::ReportEventsResponse response;
  ASSERT_TRUE(Call(workers_, &v1::WorkerService::Stub::ReportEvents, report, &response).ok());
  EXPECT_EQ(response.acknowledged_sequence(), 1u);

  v1::GetTrialRequest get;
  get.set_name("t-000001");
  v1::GetTrialResponse got;
  ASSERT_TRUE(Call(trials_, &v1::TrialService::Stub::GetTrial, get, &got).ok());
  EXPECT_EQ(got.trial().state(), v1::TRIAL_STATE_RUNNING);
  EXPECT_EQ(got.trial().worker(), "w");
  EXPECT_EQ(got.trial().directory(), "/trials/t-000001/attempt-1");

  report.set_attempt_number(7);
  const absl::Status stale =
      Call(workers_, &v1::WorkerService::Stub::ReportEvents, report, &response);
  EXPECT_TRUE(absl::IsFailedPrecondition(stale));
  EXPECT_EQ(base::ReasonOf(stale).reason, "STALE_ATTEMPT");

  event->set_json("{");
  EXPECT_TRUE(absl::IsInvalidArgument(
      Call(workers_, &v1::WorkerService::Stub::ReportEvents, report, &response)));
}

TEST_F(ServicesTest, AMaskIsStoredOnceItIsWhole) {
  StartTrial();
  contract::MaskMatrix matrix{"query.weight", 8, 4, {1, 2, 3, 4}};
  const std::string file = contract::SerializeMaskFile({matrix});
  v1::UploadMaskResponse response;
  EXPECT_EQ(base::ReasonOf(Upload(file, 9, 0, &response)).reason, "STALE_ATTEMPT");
  EXPECT_EQ(base::ReasonOf(Upload(file, 1, 1, &response)).reason, "CHUNK_CORRUPT");
  EXPECT_FALSE(*masks_->Contains(contract::ContentHash(file)));
  ASSERT_TRUE(Upload(file, 1, 0, &response).ok());
  EXPECT_EQ(response.received_bytes(), file.size());
  EXPECT_EQ(masks_->Matrices(1, 1)->size(), 1u);

  v1::GetMaskUploadRequest ask;
  ask.set_file_hash(contract::ContentHash(file));
  v1::GetMaskUploadResponse progress;
  ASSERT_TRUE(Call(mask_stub_, &v1::MaskService::Stub::GetMaskUpload, ask, &progress).ok());
  EXPECT_TRUE(progress.complete());

  // Readers get the mask of the accepted attempt only.
  v1::ListMaskMatricesRequest list;
  list.set_trial("t-000001");
  v1::ListMaskMatricesResponse matrices;
  EXPECT_TRUE(absl::IsNotFound(
      Call(mask_stub_, &v1::MaskService::Stub::ListMaskMatrices, list, &matrices)));
}

}  // namespace
}  // namespace sparsweep::coordinator::rpc
