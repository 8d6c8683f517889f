#include "dashboard_api/snapshot.h"

#include <utility>

namespace sparsweep::dashboard_api {

const SweepView* Snapshot::FindSweep(const std::string& name) const {
  for (const auto& sweep : sweeps) {
    if (sweep->row.name == name) return sweep.get();
  }
  return nullptr;
}

std::pair<const SweepView*, const TrialView*> Snapshot::FindTrial(int64_t trial_id) const {
  for (const auto& sweep : sweeps) {
    for (const TrialView& trial : sweep->trials) {
      if (trial.row.id == trial_id) return {sweep.get(), &trial};
    }
  }
  return {nullptr, nullptr};
}

SnapshotBoard::SnapshotBoard() {
  auto nothing = std::make_shared<Snapshot>();
  nothing->loaded = false;
  current_ = std::move(nothing);
}

void SnapshotBoard::Publish(std::shared_ptr<const Snapshot> snapshot) {
  std::lock_guard lock(mutex_);
  // Swapped, so that the last reference to the old picture is dropped by the argument's destructor,
  // after the lock.
  current_.swap(snapshot);
}

std::shared_ptr<const Snapshot> SnapshotBoard::Current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace sparsweep::dashboard_api
