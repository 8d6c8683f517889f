// A collective of c10d as a Transfer.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <torch/csrc/distributed/c10d/Work.hpp>

#include "pruning_core/distributed/process_group.h"

namespace sparsweep::core {

// What c10d says went wrong, without its stack and its place in a source.
[[nodiscard]] std::string FirstLine(std::string_view what);

// RankLost for what c10d has thrown; `limit`: the time it was given. A device that failed (c10's
// AcceleratorError) is thrown on as it is: no other rank did that. Inside a catch block only.
[[noreturn]] void ThrowRankLost(std::chrono::seconds limit);

class C10dTransfer : public Transfer {
 public:
  // `limit`: what the group was given, for the message.
  C10dTransfer(c10::intrusive_ptr<c10d::Work> work, std::chrono::seconds limit);

  void Wait() override;

 protected:
  [[nodiscard]] c10d::Work& work() { return *work_; }
  [[nodiscard]] std::chrono::seconds limit() const { return limit_; }

 private:
  c10::intrusive_ptr<c10d::Work> work_;
  std::chrono::seconds limit_;
};

}  // namespace sparsweep::core
