// How an attempt of several ranks ends before its time.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace sparsweep::core {

// Another rank went away, hangs, or was never there: this rank can only end, too. One line.
class RankLost : public std::runtime_error {
 public:
  // RANK_LOST, RANK_HANGS, NO_RENDEZVOUS.
  RankLost(std::string reason, const std::string& message)
      : std::runtime_error(message), reason_(std::move(reason)) {}

  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

// The ranks no longer compute the same.
class RanksDiffer : public std::runtime_error {
 public:
  // `step`: after which optimizer step; `matrix`: the first that differs.
  RanksDiffer(int64_t step, std::string matrix, const std::string& message)
      : std::runtime_error(message), step_(step), matrix_(std::move(matrix)) {}

  [[nodiscard]] int64_t step() const { return step_; }
  [[nodiscard]] const std::string& matrix() const { return matrix_; }

 private:
  int64_t step_;
  std::string matrix_;
};

}  // namespace sparsweep::core
