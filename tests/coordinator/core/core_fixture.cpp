#include "tests/coordinator/core/core_fixture.h"

#include <stdlib.h>

#include <utility>

namespace sparsweep::coordinator {

using std::chrono::seconds;

CoreFixture::CoreFixture() : store(time) { Restart(); }

void CoreFixture::Restart() {
  core.reset();
  store.Crash();
  core = std::make_unique<CoordinatorCore>(CoreOptions{seconds(9)}, time, store, board);
  if (!core->Open([this](bool is_serving) { serving.push_back(is_serving); }).ok()) abort();
}

void CoreFixture::Tick(std::chrono::nanoseconds passed) {
  time.Advance(passed);
  core->Tick();
  time.RunUntilIdle();
}

Pending<SweepAnswer> CoreFixture::Submit(const std::string& yaml, const std::string& request_id,
                                         bool validate_only) {
  auto checked = CheckSweep({yaml, "/base"});
  if (!checked.ok()) abort();
  Pending<SweepAnswer> answer;
  core->SubmitSweep({request_id, validate_only, *std::move(checked)}, answer.Catch());
  time.RunUntilIdle();
  return answer;
}

Pending<SweepAnswer> CoreFixture::Cancel(const std::string& name, const std::string& request_id) {
  Pending<SweepAnswer> answer;
  core->CancelSweep({request_id, name}, answer.Catch());
  time.RunUntilIdle();
  return answer;
}

Pending<SyncAnswer> CoreFixture::Sync(SyncRequest request) {
  Pending<SyncAnswer> answer;
  core->Sync(std::move(request), answer.Catch());
  time.RunUntilIdle();
  return answer;
}

Pending<EventAck> CoreFixture::Report(const AttemptKey& attempt,
                                      std::vector<contract::TrainerEvent> events,
                                      std::optional<AttemptOutcome> outcome,
                                      const std::string& worker) {
  EventReport report;
  report.worker = worker;
  report.attempt = attempt;
  report.directory = "/trials/" + std::to_string(attempt.trial_id);
  report.events = std::move(events);
  report.outcome = std::move(outcome);
  Pending<EventAck> answer;
  core->ReportEvents(report, answer.Catch());
  time.RunUntilIdle();
  return answer;
}

Pending<Done> CoreFixture::CheckPasses(const std::string& sweep) {
  Pending<Done> answer;
  core->ReportCheck({"w", sweep, "input-hash", std::nullopt}, answer.Catch());
  time.RunUntilIdle();
  return answer;
}

Pending<Done> CoreFixture::CheckFails(const std::string& sweep, const std::string& failure_class) {
  Pending<Done> answer;
  core->ReportCheck({"w", sweep, "", Failed(failure_class).failure}, answer.Catch());
  time.RunUntilIdle();
  return answer;
}

Pending<Done> CoreFixture::Fence(const AttemptKey& attempt) {
  Pending<Done> answer;
  core->CheckFence(attempt, answer.Catch());
  time.RunUntilIdle();
  return answer;
}

SyncRequest CoreFixture::From(std::vector<AttemptKey> held) {
  SyncRequest request;
  request.worker = "w";
  request.instance = "w-1";
  request.slots = {{"cpu:0", "cpu", "", 0}, {"cpu:1", "cpu", "", 0}};
  request.held = std::move(held);
  request.wait = seconds(30);
  request.sequence = ++sequence;
  return request;
}

void CoreFixture::StartTwoTrials() {
  (void)Sync(From());
  (void)Submit(kTwoTrials);
  (void)CheckPasses("words");
  (void)Sync(From());
  (void)Sync(From({{1, 1}, {2, 1}}));
}

void CoreFixture::RunToEnd(const AttemptKey& attempt, double score) {
  (void)Report(attempt, {Started(1, 0), Metric(2, 300, score)});
  (void)Report(attempt, {Finished(3, 300, score)}, AttemptOutcome{});
}

contract::TrainerEvent Started(uint64_t sequence, int64_t step) {
  return {sequence, step, contract::Started{}};
}

contract::TrainerEvent Metric(uint64_t sequence, int64_t step, double value,
                              const std::string& name) {
  return {sequence, step, contract::Metric{name, value}};
}

contract::TrainerEvent Finished(uint64_t sequence, int64_t step, double score) {
  return {sequence, step, contract::Finished{score}};
}

AttemptOutcome Failed(const std::string& failure_class) {
  AttemptOutcome outcome;
  store::Failure& failure = outcome.failure.emplace();
  failure.failure_class = failure_class;
  failure.reason = "REASON";
  failure.message = "it failed";
  outcome.exit_code = 1;
  return outcome;
}

std::vector<AttemptKey> Leases(const Pending<SyncAnswer>& answer) {
  std::vector<AttemptKey> keys;
  if (!answer.has_come() || !answer.get().ok()) return keys;
  for (const DesiredLease& lease : answer.get()->leases) {
    keys.push_back({*contract::ParseTrialName(lease.spec.trial), lease.spec.attempt_number});
  }
  return keys;
}

}  // namespace sparsweep::coordinator
