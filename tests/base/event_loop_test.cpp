#include "base/event_loop.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>

namespace sparsweep::base {
namespace {

using std::chrono::milliseconds;

TEST(EventLoop, RunsPostedTasksInOrder) {
  EventLoop loop;
  std::vector<int> order;
  loop.Post([&] {
    order.push_back(1);
    loop.Post([&] {
      order.push_back(3);
      loop.Stop();
    });
  });
  loop.Post([&] { order.push_back(2); });
  loop.Run();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(EventLoop, TakesTasksFromOtherThreads) {
  EventLoop loop;
  const std::thread::id loop_thread = std::this_thread::get_id();
  bool on_loop_thread = false;
  std::thread other([&] {
    loop.Post([&] {
      on_loop_thread = std::this_thread::get_id() == loop_thread;
      loop.Stop();
    });
  });
  loop.Run();
  other.join();
  EXPECT_TRUE(on_loop_thread);
}

TEST(EventLoop, RunsTimersByTime) {
  EventLoop loop;
  std::vector<int> order;
  loop.After(milliseconds(20), [&] {
    order.push_back(2);
    loop.Stop();
  });
  loop.After(milliseconds(1), [&] { order.push_back(1); });
  loop.Run();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(EventLoop, CanceledTimerNeverRuns) {
  EventLoop loop;
  bool ran = false;
  // Both expire before the loop looks: the first one cancels the second, whose handler is queued.
  TimerId second = 0;
  loop.After(milliseconds(0), [&] {
    loop.Cancel(second);
    loop.Post([&] { loop.Stop(); });
  });
  second = loop.After(milliseconds(0), [&] { ran = true; });
  loop.Run();
  EXPECT_FALSE(ran);
}

class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_), 0); }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  [[nodiscard]] int read_end() const { return ends_[0]; }
  void Write(const std::string& bytes) const {
    EXPECT_EQ(write(ends_[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] char ReadOne() const {
    char byte = 0;
    EXPECT_EQ(read(ends_[0], &byte, 1), 1);
    return byte;
  }

 private:
  int ends_[2];
};

TEST(EventLoop, CallsAgainWhileBytesAreLeft) {
  EventLoop loop;
  const Pipe pipe;
  pipe.Write("abc");
  std::string got;
  loop.Watch(pipe.read_end(), [&] {
    got += pipe.ReadOne();
    if (got.size() == 3) loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(got, "abc");
}

TEST(EventLoop, UnwatchInsideTheCallbackEndsIt) {
  EventLoop loop;
  const Pipe pipe;
  pipe.Write("ab");
  int calls = 0;
  loop.Watch(pipe.read_end(), [&] {
    ++calls;
    loop.Unwatch(pipe.read_end());
    loop.After(milliseconds(5), [&] { loop.Stop(); });
  });
  loop.Run();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(pipe.ReadOne(), 'a') << "the descriptor stays open: it is borrowed";
}

TEST(EventLoop, WhatCannotBePolledIsReadable) {
  EventLoop loop;
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int calls = 0;
  loop.Watch(null, [&] {
    if (++calls < 2) return;
    loop.Unwatch(null);
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(calls, 2);
  close(null);
}

TEST(EventLoop, WatchesAgainAfterUnwatch) {
  EventLoop loop;
  const Pipe pipe;
  pipe.Write("a");
  bool second = false;
  loop.Watch(pipe.read_end(), [&] {
    loop.Unwatch(pipe.read_end());
    loop.Watch(pipe.read_end(), [&] {
      second = true;
      loop.Stop();
    });
  });
  loop.Run();
  EXPECT_TRUE(second);
}

TEST(EventLoop, ReportsSignalsEachTime) {
  EventLoop loop;
  std::vector<int> received;
  loop.OnSignals({SIGUSR1, SIGUSR2}, [&](int signal) {
    received.push_back(signal);
    if (received.size() == 2) {
      loop.Stop();
    } else {
      raise(SIGUSR2);
    }
  });
  raise(SIGUSR1);
  loop.Run();
  EXPECT_EQ(received, (std::vector<int>{SIGUSR1, SIGUSR2}));
}

}  // namespace
}  // namespace sparsweep::base
