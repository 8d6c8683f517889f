#include "dashboard_api/snapshot_queries.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "contract/trial_spec.h"
#include "dashboard_api/page_token.h"

namespace sparsweep::dashboard_api {
namespace {

absl::Status NotFound(const std::string& message, std::string reason, std::string_view field,
                      const std::string& value) {
  return base::WithReason(absl::NotFoundError(message),
                          {std::move(reason), {{"field", std::string(field)}, {"value", value}}});
}

// A coordinator that has yet to read its database must not say that something is not there.
absl::Status CheckLoaded(const Snapshot& snapshot) {
  if (snapshot.loaded) return absl::OkStatus();
  return base::WithReason(absl::UnavailableError("the coordinator is starting; try again"),
                          {"STARTING", {}});
}

// Where a page begins and how long it is.
struct Range {
  std::optional<int64_t> after;
  size_t size;
};

absl::StatusOr<Range> RangeOf(const std::string& list, const PageRequest& page, PageRules rules) {
  const auto size = PageSize(page.size, rules);
  if (!size.ok()) return size.status();
  const auto after = ParsePageToken(list, page.token);
  if (!after.ok()) return after.status();
  return Range{*after, static_cast<size_t>(*size)};
}

// The trials from `range` on that `wanted` holds for.
Page<const TrialView*> TrialPage(const SweepView& sweep, const std::string& list,
                                 const Range& range,
                                 const std::function<bool(const TrialView&)>& wanted) {
  auto trial = sweep.trials.begin();
  if (range.after) {
    trial = std::upper_bound(
        trial, sweep.trials.end(), *range.after,
        [](int64_t position, const TrialView& view) { return position < view.row.position; });
  }
  Page<const TrialView*> page;
  for (; trial != sweep.trials.end(); ++trial) {
    if (!wanted(*trial)) continue;
    if (page.rows.size() == range.size) {
      page.next_page_token = MakePageToken(list, page.rows.back()->row.position);
      break;
    }
    page.rows.push_back(&*trial);
  }
  return page;
}

}  // namespace

absl::StatusOr<const SweepView*> GetSweep(const Snapshot& snapshot, const std::string& name) {
  if (absl::Status loaded = CheckLoaded(snapshot); !loaded.ok()) return loaded;
  if (const SweepView* sweep = snapshot.FindSweep(name)) return sweep;
  return NotFound(absl::StrCat("no sweep \"", name, "\": `sparsweep list` shows the names"),
                  "SWEEP_NOT_FOUND", "sweep", name);
}

absl::StatusOr<std::pair<const SweepView*, const TrialView*>> GetTrial(const Snapshot& snapshot,
                                                                       const std::string& name) {
  if (absl::Status loaded = CheckLoaded(snapshot); !loaded.ok()) return loaded;
  if (const auto id = contract::ParseTrialName(name)) {
    const auto found = snapshot.FindTrial(*id);
    if (found.second != nullptr) return found;
  }
  return NotFound(absl::StrCat("no trial \"", name, "\": names look like t-000004"),
                  "TRIAL_NOT_FOUND", "trial", name);
}

absl::StatusOr<Page<const SweepView*>> ListSweeps(const Snapshot& snapshot,
                                                  const PageRequest& page) {
  if (absl::Status loaded = CheckLoaded(snapshot); !loaded.ok()) return loaded;
  const std::string list = "sweeps";
  const auto range = RangeOf(list, page, kListPages);
  if (!range.ok()) return range.status();
  Page<const SweepView*> result;
  for (const auto& sweep : snapshot.sweeps) {
    if (range->after && sweep->row.id >= *range->after) continue;
    if (result.rows.size() == range->size) {
      result.next_page_token = MakePageToken(list, result.rows.back()->row.id);
      break;
    }
    result.rows.push_back(sweep.get());
  }
  return result;
}

absl::StatusOr<Page<const TrialView*>> ListTrials(const SweepView& sweep, const PageRequest& page) {
  const std::string list = absl::StrCat("trials/", sweep.row.name);
  const auto range = RangeOf(list, page, kListPages);
  if (!range.ok()) return range.status();
  return TrialPage(sweep, list, *range, [](const TrialView&) { return true; });
}

absl::StatusOr<Page<const TrialView*>> ListFront(const SweepView& sweep, const PageRequest& page) {
  const std::string list = absl::StrCat("front/", sweep.row.name);
  const auto range = RangeOf(list, page, kFrontPages);
  if (!range.ok()) return range.status();
  return TrialPage(sweep, list, *range, [](const TrialView& trial) {
    return trial.row.state == store::TrialState::kSucceeded && trial.row.score.has_value();
  });
}

absl::StatusOr<std::vector<std::string>> ListCurves(const Snapshot& snapshot,
                                                    store::MetricReader& reader,
                                                    const std::string& trial) {
  const auto found = GetTrial(snapshot, trial);
  if (!found.ok()) return found.status();
  return reader.Metrics(found->second->row.id);
}

absl::StatusOr<Page<store::MetricPoint>> ListCurvePoints(const Snapshot& snapshot,
                                                         store::MetricReader& reader,
                                                         const std::string& trial,
                                                         const std::string& metric,
                                                         const PageRequest& page) {
  const auto found = GetTrial(snapshot, trial);
  if (!found.ok()) return found.status();
  const std::string list = absl::StrCat("points/", trial, "/", metric);
  const auto range = RangeOf(list, page, kCurvePages);
  if (!range.ok()) return range.status();
  const int64_t after = range->after.value_or(-1);
  // One more than asked for tells whether there is a next page.
  static_assert(kCurvePages.max_size < store::kMaxMetricPage);
  auto points =
      reader.Points(found->second->row.id, metric, after, static_cast<int64_t>(range->size) + 1);
  if (!points.ok()) return points.status();
  if (points->empty() && !range->after) {
    return NotFound(absl::StrCat("trial ", trial, " has no metric \"", metric, "\""),
                    "METRIC_NOT_FOUND", "metric", metric);
  }
  Page<store::MetricPoint> result{std::move(*points), ""};
  if (result.rows.size() > range->size) {
    result.rows.resize(range->size);
    result.next_page_token = MakePageToken(list, result.rows.back().step);
  }
  return result;
}

}  // namespace sparsweep::dashboard_api
