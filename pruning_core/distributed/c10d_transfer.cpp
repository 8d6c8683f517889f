#include "pruning_core/distributed/c10d_transfer.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <utility>

#include "pruning_core/distributed/rank_error.h"

namespace sparsweep::core {
namespace {

// In the words of Gloo and NCCL. Gloo closes its connections when one of several collectives runs
// out of time, so that the others fail with "Application timeout caused pair closure", and
// whichever is waited for first is the one that is seen.
bool TimedOut(std::string_view what) {
  return what.find("imed out") != what.npos || what.find("timing out") != what.npos ||
         what.find("Application timeout") != what.npos;
}

}  // namespace

std::string FirstLine(std::string_view what) {
  what = what.substr(0, what.find('\n'));
  if (const size_t place = what.find("] "); what.starts_with("[/") && place != what.npos) {
    what.remove_prefix(place + 2);
  }
  return std::string(what);
}

void ThrowRankLost(std::chrono::seconds limit) {
  try {
    throw;
  } catch (const c10::AcceleratorError&) {
    throw;
  } catch (const std::exception& error) {
    const std::string what = FirstLine(error.what());
    if (TimedOut(what)) {
      throw RankLost("RANK_HANGS", fmt::format("another rank has not answered for {} s ({})",
                                               limit.count(), what));
    }
    throw RankLost("RANK_LOST", fmt::format("another rank went away ({})", what));
  }
}

C10dTransfer::C10dTransfer(c10::intrusive_ptr<c10d::Work> work, std::chrono::seconds limit)
    : work_(std::move(work)), limit_(limit) {}

void C10dTransfer::Wait() {
  try {
    work_->wait();
  } catch (...) {
    ThrowRankLost(limit_);
  }
}

}  // namespace sparsweep::core
