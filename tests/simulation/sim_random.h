// The one source of chance of a schedule.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace sparsweep::simulation {

class SimRandom {
 public:
  explicit SimRandom(uint64_t seed) : engine_(seed) {}

  [[nodiscard]] bool Chance(double probability) {
    return static_cast<double>(engine_() >> 11) * 0x1p-53 < probability;
  }
  // 0 … n - 1. (Not std::uniform_int_distribution: libraries differ in it.)
  [[nodiscard]] uint64_t Below(uint64_t n) { return engine_() % n; }
  [[nodiscard]] std::chrono::milliseconds Milliseconds(uint64_t below) {
    return std::chrono::milliseconds(Below(below));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sparsweep::simulation
