// Where the time of training steps goes, by kind of ATen operation.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace sparsweep::bench {

// Watches the operations that the calling thread begins, each without those within it, from
// construction to destruction. An operation costs a microsecond more meanwhile. One at a time.
class OpTimes {
 public:
  OpTimes();
  OpTimes(const OpTimes&) = delete;
  OpTimes& operator=(const OpTimes&) = delete;
  ~OpTimes();

  // {"products":S,"attention":S,"activation":S,"norm":S,"copies":S,"other":S}, seconds so far.
  [[nodiscard]] std::string Json() const;

 private:
  std::array<double, 6> seconds_{};  // by kind
  uint64_t handle_;
};

}  // namespace sparsweep::bench
