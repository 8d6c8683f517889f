// The gRPC services of the coordinator: they decode, hand over to the loop (or, for what blocks, to
// threads of their own) and encode the answer. No state and no rules of their own but the pieces of
// mask files that are still arriving.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "coordinator/coordinator_core/coordinator_core.h"
#include "dashboard_api/snapshot.h"
#include "store/mask_store.h"
#include "store/metric_reader.h"

namespace grpc {
class Service;
}

namespace sparsweep::coordinator::rpc {

// All of them outlive Services.
struct ServiceDeps {
  CoordinatorCore& core;
  base::Executor& loop;  // the core's
  const dashboard_api::SnapshotBoard& board;
  store::MetricReader& metrics;
  store::MaskStore& masks;
  std::string upload_directory;  // exists
};

// Owned by main: built before the server and destroyed after its shutdown. The loop has to turn
// until then, since calls in flight end on it.
class Services {
 public:
  explicit Services(const ServiceDeps& deps);
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  [[nodiscard]] std::vector<grpc::Service*> all() const;

  // Full names, for their health: those that are not serving while nothing can be written, and
  // those that only read.
  [[nodiscard]] static std::vector<std::string> WritingNames();
  [[nodiscard]] static std::vector<std::string> ReadingNames();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sparsweep::coordinator::rpc
