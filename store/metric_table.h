// Metric points in chunks and their running aggregates. Writer's connection, inside a transaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "store/database.h"
#include "store/records.h"
#include "store/store.h"

namespace sparsweep::store {

// A longer batch becomes several rows, so that a page never unpacks more than it shows by much.
inline constexpr size_t kMaxChunkPoints = 1024;

// Points in any order of steps; equal steps keep theirs. Nothing for an empty chunk.
[[nodiscard]] absl::Status AppendChunk(Database& database, const MetricChunk& chunk);

// A chunk that holds `step` is split in two, so that a row is superseded wholly or not at all.
[[nodiscard]] absl::Status Supersede(Database& database, const SupersedeMetrics& supersede);

// Those of each trial's sweep's scored metric, by trial.
[[nodiscard]] absl::StatusOr<std::vector<MetricAggregate>> LoadScoredAggregates(Database& database);

}  // namespace sparsweep::store
