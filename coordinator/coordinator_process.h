// The whole program behind its command line: what there is, in the order it starts and, turned
// round, ends.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "coordinator/options.h"

namespace sparsweep::coordinator {

// Owned by main. The loop turns in Run, on the calling thread.
class CoordinatorProcess {
 public:
  // Locks and opens the databases, listens (services NOT_SERVING), loads, serves, and writes the
  // endpoint file. FAILED_PRECONDITION: another coordinator holds the data;
  // UNAVAILABLE/ADDRESS_IN_USE; else what the system says, naming file or address.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<CoordinatorProcess>> Start(
      const Options& options);
  ~CoordinatorProcess();

  // Until SIGTERM, SIGINT or (if asked for) the end of standard input. Then: NOT_SERVING, parked
  // calls answered, calls in flight given time to end, what is queued committed.
  void Run();

 private:
  struct Parts;
  explicit CoordinatorProcess(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sparsweep::coordinator
