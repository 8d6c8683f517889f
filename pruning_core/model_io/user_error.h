// What the user can put right: a wrong spec, model directory or data file. Thrown anywhere in
// pruning_core; ends in the trainer's main, which writes it to error.json as class user
// (contract/trainer_error.h) and exits with 2.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace sparsweep::core {

class UserError : public std::runtime_error {
 public:
  // `reason` is UPPER_SNAKE_CASE (MODEL_NOT_FOUND), `field` the spec's field or the file, `value`
  // what stood there (may be empty), `message` one line: what is wrong and the remedy. what() is
  // the message.
  UserError(std::string reason, std::string field, std::string value, const std::string& message)
      : std::runtime_error(message),
        reason_(std::move(reason)),
        field_(std::move(field)),
        value_(std::move(value)) {}

  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const std::string& field() const { return field_; }
  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] std::string message() const { return what(); }

 private:
  std::string reason_;
  std::string field_;
  std::string value_;
};

}  // namespace sparsweep::core
