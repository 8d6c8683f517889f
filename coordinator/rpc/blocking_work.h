// Threads for what would hold up the loop or gRPC's few callback threads: parsing sweep files,
// writing and verifying masks.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sparsweep::coordinator::rpc {

// Owned by Services. Any thread. The destructor runs what is queued.
class BlockingWork {
 public:
  explicit BlockingWork(int threads);
  ~BlockingWork();
  BlockingWork(const BlockingWork&) = delete;
  BlockingWork& operator=(const BlockingWork&) = delete;

  void Post(std::function<void()> task);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sparsweep::coordinator::rpc
