#include "worker/sync_loop.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "base/logging.h"
#include "sparsweep/v1/worker.pb.h"

namespace sparsweep::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// A coordinator that answers at once each time, because what it wants cannot be had yet, is not
// asked more often than this.
constexpr milliseconds kShortestInterval(20);

// An answer that has not come so long after it was due will not come.
milliseconds Timeout(const v1::SyncRequest& request) {
  const milliseconds wait(google::protobuf::util::TimeUtil::DurationToMilliseconds(request.wait()));
  return 2 * wait + milliseconds(1000);
}

}  // namespace

SyncLoop::~SyncLoop() { Stop(); }

void SyncLoop::Start() { Send(); }

void SyncLoop::SyncNow() {
  if (stopped_) return;
  if (in_flight_) {
    hurry_ = true;
    client_.CancelSync();
    return;
  }
  SendAfter(nanoseconds(0));
}

void SyncLoop::Stop() {
  stopped_ = true;
  if (timer_.has_value()) loop_.Cancel(*timer_);
  timer_.reset();
}

void SyncLoop::SendAfter(nanoseconds delay) {
  if (timer_.has_value()) loop_.Cancel(*timer_);
  timer_ = loop_.After(delay, [this] {
    timer_.reset();
    Send();
  });
}

void SyncLoop::Send() {
  v1::SyncRequest request;
  callbacks_.describe(&request);
  request.set_sequence(++sequence_);
  in_flight_ = true;
  hurry_ = false;
  last_sent_ = clock_.Now();
  client_.Sync(request, Timeout(request),
               lifetime_.Guard([this, sent = last_sent_](const absl::Status& status,
                                                         const v1::SyncResponse& response) {
                 OnAnswer(status, response, sent);
               }));
}

void SyncLoop::OnAnswer(const absl::Status& status, const v1::SyncResponse& response,
                        base::SteadyTime sent) {
  in_flight_ = false;
  if (stopped_) return;
  nanoseconds pause = std::max(nanoseconds(0), kShortestInterval - (clock_.Now() - last_sent_));
  if (status.ok()) {
    backoff_.Reset();
    callbacks_.answered(response, sent);
  } else if (!hurry_) {
    pause = backoff_.Next();
    callbacks_.failed(status);
  }
  if (!stopped_ && !in_flight_) SendAfter(pause);
}

}  // namespace sparsweep::worker
