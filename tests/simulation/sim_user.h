// Somebody who submits a sweep, and perhaps cancels it, and repeats each request under its id until
// an answer comes.
#pragma once

#include <string>

#include "tests/simulation/sim_network.h"

namespace sparsweep::simulation {

class SimUser {
 public:
  SimUser(int number, int trials, int ranks, bool bad, SimNetwork& network);

  void Act();
  void WantCancel() { wants_cancel_ = true; }

  [[nodiscard]] const std::string& sweep() const { return sweep_; }
  [[nodiscard]] int trials() const { return trials_; }
  [[nodiscard]] bool submitted() const { return submitted_; }  // and was told so
  [[nodiscard]] bool canceled() const { return canceled_; }    // likewise
  [[nodiscard]] bool wants_cancel() const { return wants_cancel_; }
  [[nodiscard]] bool refused() const { return refused_; }  // told something that may not happen

 private:
  void Submit();
  void Cancel();

  const int trials_;
  const int ranks_;
  const std::string sweep_;
  const std::string id_;
  SimNetwork& network_;
  bool calling_ = false;
  bool submitted_ = false;
  bool wants_cancel_ = false;
  bool canceled_ = false;
  bool refused_ = false;
};

}  // namespace sparsweep::simulation
