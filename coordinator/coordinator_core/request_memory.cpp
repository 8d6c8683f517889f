#include "coordinator/coordinator_core/request_memory.h"

#include <nlohmann/json.hpp>

#include "coordinator/coordinator_core/refusals.h"

namespace sparsweep::coordinator {
namespace {

using nlohmann::json;

// What of an answer may be different later; the rest is the sweep's row.
std::string Encode(const SweepAnswer& answer) {
  const TrialCounts& counts = answer.counts;
  return json({{"sweep_id", answer.row.id},
               {"state", store::Name(answer.row.state)},
               {"error", answer.row.error},
               {"counts",
                {counts.pending, counts.active, counts.succeeded, counts.failed, counts.canceled}},
               {"attached", answer.attached}})
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<SweepAnswer> Decode(const std::string& text, const ClusterState& state) {
  const json stored = json::parse(text, nullptr, false);
  if (!stored.is_object()) return std::nullopt;
  const SweepEntry* sweep = state.sweeps.FindSweep(stored.value("sweep_id", int64_t{0}));
  const auto sweep_state = store::ParseSweepState(stored.value("state", ""));
  const auto counts = stored.value("counts", std::vector<uint32_t>{});
  if (sweep == nullptr || !sweep_state || counts.size() != 5) return std::nullopt;
  SweepAnswer answer;
  answer.row = sweep->row;
  answer.row.state = *sweep_state;
  answer.row.error = stored.value("error", "");
  answer.counts = {counts[0], counts[1], counts[2], counts[3], counts[4]};
  answer.attached = stored.value("attached", false);
  return answer;
}

}  // namespace

absl::StatusOr<std::optional<SweepAnswer>> RequestMemory::Find(const std::string& request_id,
                                                               const std::string& method,
                                                               const std::string& sweep_name) {
  if (request_id.empty()) return std::nullopt;
  std::optional<SweepAnswer> answer;
  if (const auto first = in_flight_.find({method, request_id}); first != in_flight_.end()) {
    answer = first->second;
  } else {
    const auto stored = store_.FindRequest(request_id, method);
    if (!stored.ok()) return StoreUnavailable(std::string(stored.status().message()));
    if (!stored->has_value()) return std::nullopt;
    answer = Decode(**stored, state_);
  }
  if (!answer || answer->row.name != sweep_name) return RequestIdReused(request_id);
  return answer;
}

void RequestMemory::Remember(const std::string& request_id, const std::string& method,
                             const SweepAnswer& answer) {
  if (request_id.empty()) return;
  in_flight_.emplace(std::pair(method, request_id), answer);
  transitions_.Add(
      store::RememberRequest{request_id, method, Encode(answer), transitions_.WallMicros()});
}

}  // namespace sparsweep::coordinator
