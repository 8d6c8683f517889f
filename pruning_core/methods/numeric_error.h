// A NaN or an infinity where training cannot go on. Ends in the trainer's main as class numeric.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace sparsweep::core {

class NumericError : public std::runtime_error {
 public:
  // `step` = optimizer steps done before; `matrix` the parameter where it was seen, may be empty.
  NumericError(int64_t step, std::string matrix, const std::string& message)
      : std::runtime_error(message), step_(step), matrix_(std::move(matrix)) {}

  [[nodiscard]] int64_t step() const { return step_; }
  [[nodiscard]] const std::string& matrix() const { return matrix_; }

 private:
  int64_t step_;
  std::string matrix_;
};

}  // namespace sparsweep::core
