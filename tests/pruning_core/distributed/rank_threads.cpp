#include "tests/pruning_core/distributed/rank_threads.h"

#include <csignal>
#include <exception>
#include <thread>
#include <vector>

#include "pruning_core/distributed/connect_ranks.h"
#include "tests/support/free_rendezvous.h"

namespace sparsweep::test {

void RunRanks(int64_t size, const std::function<void(core::ProcessGroup&)>& rank,
              std::chrono::seconds hang_timeout, at::Device device) {
  signal(SIGPIPE, SIG_IGN);  // as the trainer: a rank that went away is an error of the write
  const std::string rendezvous = FreeRendezvous();
  std::vector<std::exception_ptr> errors(static_cast<size_t>(size));
  std::vector<std::thread> threads;
  for (int64_t r = 0; r < size; ++r) {
    threads.emplace_back([&, r] {
      try {
        const auto group = core::ConnectRanks(
            {.rank = r, .size = size, .rendezvous = rendezvous, .hang_timeout = hang_timeout},
            device);
        rank(*group);
      } catch (...) {
        errors[static_cast<size_t>(r)] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace sparsweep::test
