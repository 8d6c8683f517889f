#include "store/metric_table.h"

#include <algorithm>
#include <utility>

#include "store/metric_points.h"
#include "store/query.h"

namespace sparsweep::store {
namespace {

struct ChunkKey {
  int64_t trial_id;
  uint32_t attempt_number;
  std::string metric;
};

absl::Status InsertRow(Database& database, const ChunkKey& key,
                       absl::Span<const MetricPoint> points, bool superseded) {
  const MetricAggregate summary = Summarize(points);
  const std::string packed = PackPoints(points);
  return Query(database,
               "INSERT INTO metric_chunks(trial_id, attempt_number, metric, first_step, last_step,"
               " count, min, max, last, superseded, points) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
               key.trial_id, key.attempt_number, key.metric, points.front().step,
               points.back().step, summary.count, summary.min, summary.max, summary.last,
               superseded, Blob{packed})
      .Run();
}

// NULL is NaN: SQL's min and max of two give NULL if either is, hence the coalesce.
absl::Status AddToAggregate(Database& database, const ChunkKey& key,
                            absl::Span<const MetricPoint> points) {
  const MetricAggregate summary = Summarize(points);
  return Query(database,
               "INSERT INTO metric_aggregates AS old(trial_id, metric, count, min, max, last,"
               " last_step) VALUES(?,?,?,?,?,?,?)"
               " ON CONFLICT(trial_id, metric) DO UPDATE SET count = old.count + excluded.count,"
               " min = min(coalesce(old.min, excluded.min), coalesce(excluded.min, old.min)),"
               " max = max(coalesce(old.max, excluded.max), coalesce(excluded.max, old.max)),"
               " last = iif(excluded.last_step >= old.last_step, excluded.last, old.last),"
               " last_step = max(old.last_step, excluded.last_step)",
               key.trial_id, key.metric, summary.count, summary.min, summary.max, summary.last,
               summary.last_step)
      .Run();
}

// From the chunks that are left, for all metrics of a trial.
absl::Status RebuildAggregates(Database& database, int64_t trial_id) {
  absl::Status cleared =
      Query(database, "DELETE FROM metric_aggregates WHERE trial_id = ?", trial_id).Run();
  if (!cleared.ok()) return cleared;
  return Query(database,
               "INSERT INTO metric_aggregates(trial_id, metric, count, min, max, last, last_step)"
               " SELECT trial_id, metric, sum(count), min(min), max(max),"
               "  (SELECT n.last FROM metric_chunks n WHERE n.trial_id = c.trial_id"
               "    AND n.metric = c.metric AND n.superseded = 0"
               "    ORDER BY n.last_step DESC, n.id DESC LIMIT 1), max(last_step)"
               " FROM metric_chunks c WHERE trial_id = ? AND superseded = 0 GROUP BY metric",
               trial_id)
      .Run();
}

struct StoredChunk {
  int64_t id;
  ChunkKey key;
  std::vector<MetricPoint> points;
};

absl::StatusOr<std::vector<StoredChunk>> ChunksAcross(Database& database,
                                                      const SupersedeMetrics& supersede) {
  Query query(database,
              "SELECT id, attempt_number, metric, count, points FROM metric_chunks"
              " WHERE trial_id = ? AND superseded = 0 AND attempt_number < ? AND first_step <= ?"
              " AND last_step > ? ORDER BY id",
              supersede.trial_id, supersede.before_attempt, supersede.step, supersede.step);
  std::vector<StoredChunk> chunks;
  while (query.Next()) {
    absl::StatusOr<std::vector<MetricPoint>> points = UnpackPoints(query.Text(4), query.Int(3));
    if (!points.ok()) return points.status();
    chunks.push_back(
        {.id = query.Int(0),
         .key = {supersede.trial_id, static_cast<uint32_t>(query.Int(1)), query.Text(2)},
         .points = *std::move(points)});
  }
  if (!query.status().ok()) return query.status();
  return chunks;
}

absl::Status Split(Database& database, const StoredChunk& chunk, int64_t step) {
  const absl::Span<const MetricPoint> points(chunk.points);
  const auto cut = static_cast<size_t>(
      std::partition_point(points.begin(), points.end(),
                           [step](const MetricPoint& point) { return point.step <= step; }) -
      points.begin());
  if (absl::Status kept = InsertRow(database, chunk.key, points.first(cut), false); !kept.ok()) {
    return kept;
  }
  if (absl::Status rest = InsertRow(database, chunk.key, points.subspan(cut), true); !rest.ok()) {
    return rest;
  }
  return Query(database, "DELETE FROM metric_chunks WHERE id = ?", chunk.id).Run();
}

}  // namespace

absl::Status AppendChunk(Database& database, const MetricChunk& chunk) {
  const ChunkKey key{chunk.trial_id, chunk.attempt_number, chunk.metric};
  std::vector<MetricPoint> sorted = chunk.points;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const MetricPoint& a, const MetricPoint& b) { return a.step < b.step; });
  for (absl::Span<const MetricPoint> rest(sorted); !rest.empty();) {
    const absl::Span<const MetricPoint> part = rest.subspan(0, kMaxChunkPoints);
    if (absl::Status row = InsertRow(database, key, part, false); !row.ok()) return row;
    if (absl::Status added = AddToAggregate(database, key, part); !added.ok()) return added;
    rest.remove_prefix(part.size());
  }
  return absl::OkStatus();
}

absl::Status Supersede(Database& database, const SupersedeMetrics& supersede) {
  absl::StatusOr<std::vector<StoredChunk>> across = ChunksAcross(database, supersede);
  if (!across.ok()) return across.status();
  for (const StoredChunk& chunk : *across) {
    if (absl::Status split = Split(database, chunk, supersede.step); !split.ok()) return split;
  }
  absl::Status flagged =
      Query(database,
            "UPDATE metric_chunks SET superseded = 1 WHERE trial_id = ? AND superseded = 0"
            " AND attempt_number < ? AND first_step > ?",
            supersede.trial_id, supersede.before_attempt, supersede.step)
          .Run();
  if (!flagged.ok()) return flagged;
  if (across->empty() && database.changes() == 0) return absl::OkStatus();
  return RebuildAggregates(database, supersede.trial_id);
}

absl::StatusOr<std::vector<MetricAggregate>> LoadScoredAggregates(Database& database) {
  Query query(database,
              "SELECT a.trial_id, a.metric, a.count, a.min, a.max, a.last, a.last_step"
              " FROM trials t JOIN sweeps s ON s.id = t.sweep_id"
              " JOIN metric_aggregates a ON a.trial_id = t.id AND a.metric = s.metric"
              " ORDER BY a.trial_id");
  std::vector<MetricAggregate> aggregates;
  while (query.Next()) {
    aggregates.push_back({.trial_id = query.Int(0),
                          .metric = query.Text(1),
                          .count = query.Int(2),
                          .min = query.Real(3),
                          .max = query.Real(4),
                          .last = query.Real(5),
                          .last_step = query.Int(6)});
  }
  if (!query.status().ok()) return query.status();
  return aggregates;
}

}  // namespace sparsweep::store
