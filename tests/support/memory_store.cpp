#include "tests/support/memory_store.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"

namespace sparsweep::test {
namespace {

using store::AttemptState;
using store::CanMove;
using store::Name;

absl::Status Broken(const std::string& what) { return absl::FailedPreconditionError(what); }

template <typename State>
absl::Status CheckGuard(State stored, State from, State to, const std::string& which) {
  if (stored != from) return Broken(absl::StrCat(which, " is not ", std::string(Name(from))));
  if (from == to || CanMove(from, to)) return absl::OkStatus();
  return Broken(absl::StrCat(which, " cannot go from ", std::string(Name(from)), " to ",
                             std::string(Name(to))));
}

// Applies one mutation and notes how to take it back; a failed one may have been applied.
struct Applier {
  MemoryTables& tables;
  std::vector<std::function<void()>>& undo;

  template <typename Map, typename Key, typename Row>
  bool InsertRow(Map& map, const Key& key, const Row& row) const {
    if (!map.emplace(key, row).second) return false;
    undo.push_back([&map, key] { map.erase(key); });
    return true;
  }

  template <typename Row>
  void Replace(Row& stored, const Row& row) const {
    undo.push_back([&stored, old = stored] { stored = old; });
    stored = row;
  }

  absl::Status operator()(const store::InsertSweep& insert) const {
    for (const auto& [id, row] : tables.sweeps) {
      if (id == insert.row.id || row.name == insert.row.name) {
        return Broken(absl::StrCat("sweep \"", row.name, "\" exists"));
      }
    }
    InsertRow(tables.sweeps, insert.row.id, insert.row);
    return absl::OkStatus();
  }

  absl::Status operator()(const store::InsertTrial& insert) const {
    const store::Trial& row = insert.row;
    if (!tables.sweeps.contains(row.sweep_id)) return Broken("no such sweep");
    for (const auto& [id, other] : tables.trials) {
      if (id == row.id || (other.sweep_id == row.sweep_id && (other.point_hash == row.point_hash ||
                                                              other.position == row.position))) {
        return Broken(absl::StrCat("trial ", id, " has the same id, point_hash or position"));
      }
    }
    InsertRow(tables.trials, row.id, row);
    return CheckTrial(row);
  }

  absl::Status operator()(const store::InsertAttempt& insert) const {
    const store::Attempt& row = insert.row;
    if (!tables.trials.contains(row.trial_id)) return Broken("no such trial");
    if (!InsertRow(tables.attempts, std::pair(row.trial_id, row.attempt_number), row)) {
      return Broken(absl::StrCat("attempt ", row.attempt_number, " exists"));
    }
    return CheckAttempts(row.trial_id);
  }

  absl::Status operator()(const store::UpdateSweep& update) const {
    const auto found = tables.sweeps.find(update.row.id);
    if (found == tables.sweeps.end()) return Broken("no such sweep");
    absl::Status guard = CheckGuard(found->second.state, update.from, update.row.state,
                                    absl::StrCat("sweep \"", update.row.name, "\""));
    Replace(found->second, update.row);
    return guard;
  }

  absl::Status operator()(const store::UpdateTrial& update) const {
    const auto found = tables.trials.find(update.row.id);
    if (found == tables.trials.end()) return Broken("no such trial");
    if (found->second.attempt_number != update.from_attempt_number) {
      return Broken(absl::StrCat("trial ", update.row.id, " has attempt_number ",
                                 found->second.attempt_number, ", not ",
                                 update.from_attempt_number));
    }
    absl::Status guard = CheckGuard(found->second.state, update.from, update.row.state,
                                    absl::StrCat("trial ", update.row.id));
    Replace(found->second, update.row);
    return guard.ok() ? CheckTrial(update.row) : guard;
  }

  absl::Status operator()(const store::UpdateAttempt& update) const {
    const auto found = tables.attempts.find({update.row.trial_id, update.row.attempt_number});
    if (found == tables.attempts.end()) return Broken("no such attempt");
    absl::Status guard = CheckGuard(
        found->second.state, update.from, update.row.state,
        absl::StrCat("attempt ", update.row.attempt_number, " of trial ", update.row.trial_id));
    Replace(found->second, update.row);
    return guard.ok() ? CheckAttempts(update.row.trial_id) : guard;
  }

  absl::Status operator()(const store::AppendEvent& append) const {
    tables.events.push_back(append.event);
    tables.events.back().sequence = tables.events.size();
    undo.push_back([events = &tables.events] { events->pop_back(); });
    return absl::OkStatus();
  }

  absl::Status operator()(const store::AppendMetrics& append) const {
    const store::MetricChunk& chunk = append.chunk;
    if (chunk.points.empty()) return absl::OkStatus();
    if (!tables.attempts.contains({chunk.trial_id, chunk.attempt_number})) {
      return Broken("no such attempt");
    }
    auto& points = tables.metrics[{chunk.trial_id, chunk.metric}];
    undo.push_back([&points, size = points.size()] { points.resize(size); });
    for (const store::MetricPoint& point : chunk.points) {
      points.push_back({chunk.attempt_number, point.step, point.value, false});
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const store::SupersedeMetrics& supersede) const {
    for (auto& [key, points] : tables.metrics) {
      if (key.first != supersede.trial_id) continue;
      undo.push_back([stored = &points, old = points] { *stored = old; });
      for (MemoryTables::Point& point : points) {
        if (point.attempt_number < supersede.before_attempt && point.step > supersede.step) {
          point.superseded = true;
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const store::RememberRequest& request) const {
    if (!InsertRow(tables.requests, std::pair(request.request_id, request.method),
                   request.response)) {
      return Broken(absl::StrCat("request ", request.request_id, " was answered before"));
    }
    return absl::OkStatus();
  }

  static absl::Status CheckTrial(const store::Trial& row) {
    if (row.accepted_attempt <= row.attempt_number) return absl::OkStatus();
    return Broken(absl::StrCat("trial ", row.id, " accepts an attempt it never had"));
  }

  // At most one live and one accepted attempt.
  absl::Status CheckAttempts(int64_t trial_id) const {
    int live = 0;
    int accepted = 0;
    for (const auto& [key, row] : tables.attempts) {
      if (key.first != trial_id) continue;
      live += row.state == AttemptState::kLeased || row.state == AttemptState::kRunning ? 1 : 0;
      accepted += row.state == AttemptState::kAccepted ? 1 : 0;
    }
    if (live <= 1 && accepted <= 1) return absl::OkStatus();
    return Broken(absl::StrCat("trial ", trial_id, " has two live or two accepted attempts"));
  }
};

std::optional<store::MetricAggregate> Aggregate(int64_t trial_id, const std::string& metric,
                                                const std::vector<MemoryTables::Point>& points) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  store::MetricAggregate sum;
  sum.trial_id = trial_id;
  sum.metric = metric;
  sum.min = sum.max = kNan;
  for (const MemoryTables::Point& point : points) {
    if (point.superseded) continue;
    if (sum.count == 0 || point.step >= sum.last_step) {
      sum.last = point.value;
      sum.last_step = point.step;
    }
    sum.min = std::fmin(sum.min, point.value);
    sum.max = std::fmax(sum.max, point.value);
    ++sum.count;
  }
  return sum.count == 0 ? std::nullopt : std::optional(sum);
}

}  // namespace

absl::StatusOr<store::LoadedState> MemoryStore::Load() {
  // As the store on disk does: what is queued ends first, and its `done` is in the loop's queue.
  paused_ = false;
  while (!queue_.empty()) CommitNext();
  if (!read_status_.ok()) return read_status_;
  failed_ = absl::OkStatus();
  store::LoadedState state;
  for (const auto& [id, row] : tables_.sweeps) {
    state.sweeps.push_back(row);
    state.next_sweep_id = std::max(state.next_sweep_id, id + 1);
  }
  for (const auto& [id, row] : tables_.trials) {
    state.trials.push_back(row);
    state.next_trial_id = std::max(state.next_trial_id, id + 1);
  }
  std::stable_sort(state.trials.begin(), state.trials.end(),
                   [](const store::Trial& a, const store::Trial& b) {
                     return std::pair(a.sweep_id, a.position) < std::pair(b.sweep_id, b.position);
                   });
  for (const auto& [key, row] : tables_.attempts) {
    if (!store::IsTerminal(row.state)) state.live_attempts.push_back(row);
    if (row.state == store::AttemptState::kAccepted) state.accepted_attempts.push_back(row);
  }
  for (const auto& [key, points] : tables_.metrics) {
    const store::Sweep& sweep = tables_.sweeps.at(tables_.trials.at(key.first).sweep_id);
    if (key.second != sweep.metric) continue;
    if (auto sum = Aggregate(key.first, key.second, points)) state.aggregates.push_back(*sum);
  }
  state.last_event_sequence = tables_.events.size();
  return state;
}

void MemoryStore::Commit(store::WriteBatch batch, std::function<void(absl::Status)> done) {
  queue_.push_back({std::move(batch), std::move(done)});
  if (!paused_) PostCommit();
}

absl::StatusOr<std::optional<std::string>> MemoryStore::FindRequest(const std::string& request_id,
                                                                    const std::string& method) {
  if (!read_status_.ok()) return read_status_;
  const auto found = tables_.requests.find({request_id, method});
  return found == tables_.requests.end() ? std::nullopt : std::optional(found->second);
}

store::StoreStatistics MemoryStore::Statistics() const {
  store::StoreStatistics statistics;
  statistics.committed_batches = static_cast<uint64_t>(commits_);
  statistics.errors = errors_;
  statistics.queued_batches = queue_.size();
  return statistics;
}

void MemoryStore::FailCommit(int64_t n, absl::Status status) {
  planned_failure_ = std::pair(n, std::move(status));
}

void MemoryStore::Resume() {
  paused_ = false;
  for (size_t i = 0; i < queue_.size(); ++i) PostCommit();
}

void MemoryStore::Crash() {
  queue_.clear();
  paused_ = false;
  failed_ = absl::OkStatus();
  ++crashes_;
}

void MemoryStore::PostCommit() {
  loop_.Post([this, crashes = crashes_] {
    if (crashes == crashes_ && !paused_ && !queue_.empty()) CommitNext();
  });
}

void MemoryStore::CommitNext() {
  Queued next = std::move(queue_.front());
  queue_.pop_front();
  const absl::Status result = Write(next.batch);
  loop_.Post([this, crashes = crashes_, done = std::move(next.done), result] {
    if (crashes == crashes_) done(result);
  });
}

absl::Status MemoryStore::Write(const store::WriteBatch& batch) {
  if (!failed_.ok()) {
    return absl::AbortedError(absl::StrCat("not written, an earlier batch failed: ",
                                           absl::string_view(failed_.message())));
  }
  absl::Status result;
  if (planned_failure_ && --planned_failure_->first == 0) {
    result = planned_failure_->second;
    planned_failure_.reset();
  }
  std::vector<std::function<void()>> undo;
  for (const store::Mutation& mutation : batch.mutations) {
    if (result.ok()) result = std::visit(Applier{tables_, undo}, mutation);
  }
  if (result.ok()) {
    ++commits_;
  } else {
    for (; !undo.empty(); undo.pop_back()) undo.back()();
    failed_ = result;
    ++errors_;
  }
  return result;
}

}  // namespace sparsweep::test
