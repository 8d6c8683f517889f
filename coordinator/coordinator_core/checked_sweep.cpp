#include "coordinator/coordinator_core/checked_sweep.h"

#include <utility>

#include "base/sha256.h"
#include "coordinator/sweep/canonical_form.h"

namespace sparsweep::coordinator {

absl::StatusOr<CheckedSweep> CheckSweep(const sweep::SweepSource& source) {
  auto spec = sweep::ParseSweep(source);
  if (!spec.ok()) return spec.status();
  auto points = search::LayOutPoints(*spec);
  if (!points.ok()) return points.status();
  CheckedSweep checked;
  checked.spec = *std::move(spec);
  checked.points = *std::move(points);
  checked.yaml = source.yaml;
  checked.canonical_json = sweep::CanonicalJson(checked.spec);
  checked.canonical_hash = base::Sha256Hex(checked.canonical_json);
  return checked;
}

}  // namespace sparsweep::coordinator
