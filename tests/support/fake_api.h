// The coordinator's services over data that a test sets: for clients, not for the coordinator.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "sparsweep/v1/mask.pb.h"
#include "sparsweep/v1/result.pb.h"
#include "sparsweep/v1/sweep.pb.h"
#include "sparsweep/v1/trial.pb.h"

namespace sparsweep::test {

// What the services answer from. Owned by the test; changed only between calls or in
// `on_get_sweep`.
struct FakeApiData {
  std::vector<v1::Sweep> sweeps;
  std::vector<v1::Trial> trials;
  std::vector<v1::FrontPoint> points;                        // of every sweep
  std::map<std::string, std::vector<v1::MaskMatrix>> masks;  // by trial
  int largest_page = 2;
  absl::Status submit_error;           // SubmitSweep's answer when not OK
  std::function<void()> on_get_sweep;  // before each GetSweep is answered
  std::vector<v1::SubmitSweepRequest> submitted;
};

// Serves `data` (borrowed) on a free loopback port with health, until destroyed.
class FakeApi {
 public:
  explicit FakeApi(FakeApiData* data);
  ~FakeApi();
  FakeApi(const FakeApi&) = delete;
  FakeApi& operator=(const FakeApi&) = delete;

  [[nodiscard]] const std::string& address() const;
  // Of the sweep service.
  void SetServing(bool serving);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sparsweep::test
