#include "pruning_core/kernels/parallel_for.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace sparsweep::core {
namespace {

// One ParallelFor(): hands out indices to whoever asks.
class Job {
 public:
  Job(size_t count, const std::function<void(size_t)>& work) : count_(count), work_(work) {}

  void Take() {
    for (size_t i = next_++; i < count_; i = next_++) {
      try {
        work_(i);
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        next_ = count_;
        if (!error_ || i < failed_) {
          error_ = std::current_exception();
          failed_ = i;
        }
      }
    }
  }
  void Rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const size_t count_;
  const std::function<void(size_t)>& work_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  std::exception_ptr error_;
  size_t failed_ = 0;
};

// Threads that wait for jobs.
class Team {
 public:
  explicit Team(size_t helpers) : idle_(helpers) {
    for (size_t i = 0; i < helpers; ++i) {
      threads_.emplace_back([this](const std::stop_token& stop) { Serve(stop); });
    }
  }

  void Run(Job& job) {
    {
      const std::scoped_lock lock(mutex_);
      job_ = &job;
      ++round_;
      idle_ = 0;
    }
    wake_.notify_all();
    job.Take();
    std::unique_lock lock(mutex_);
    all_idle_.wait(lock, [this] { return idle_ == threads_.size(); });
    job_ = nullptr;
  }

  std::mutex busy;  // held by the ParallelFor() that uses the team

 private:
  void Serve(const std::stop_token& stop) {
    uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return round_ != seen; })) {
      seen = round_;
      Job& job = *job_;
      lock.unlock();
      job.Take();
      lock.lock();
      if (++idle_ == threads_.size()) all_idle_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable all_idle_;
  Job* job_ = nullptr;
  uint64_t round_ = 0;
  size_t idle_;
  std::vector<std::jthread> threads_;  // last: they use the others
};

std::unique_ptr<Team>& TheTeam() {
  static std::unique_ptr<Team> team;
  return team;
}

}  // namespace

void SetParallelThreads(size_t threads) {
  TheTeam() = threads > 1 ? std::make_unique<Team>(threads - 1) : nullptr;
}

void ParallelFor(size_t count, const std::function<void(size_t)>& work) {
  Team* const team = TheTeam().get();
  std::unique_lock<std::mutex> busy;
  if (team != nullptr && count > 1) busy = std::unique_lock(team->busy, std::try_to_lock);
  if (!busy.owns_lock()) {
    for (size_t i = 0; i < count; ++i) work(i);
    return;
  }
  Job job(count, work);
  team->Run(job);
  job.Rethrow();
}

}  // namespace sparsweep::core
