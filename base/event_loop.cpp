#include "base/event_loop.h"

#include <map>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace sparsweep::base {
namespace {

using boost::system::error_code;

// Shared with its pending wait, which outlives Unwatch by a moment.
struct WatchedDescriptor {
  WatchedDescriptor(boost::asio::io_context& context, int fd, std::function<void()> callback)
      : descriptor(context, fd), ready(std::move(callback)) {}
  ~WatchedDescriptor() {
    if (descriptor.is_open()) descriptor.release();
  }

  boost::asio::posix::stream_descriptor descriptor;
  std::function<void()> ready;
};

void WaitReadable(const std::shared_ptr<WatchedDescriptor>& watched) {
  watched->descriptor.async_wait(
      boost::asio::posix::stream_descriptor::wait_read, [watched](const error_code& error) {
        // Not supported: /dev/null or a regular file, never blocks.
        const bool ready = !error || error == boost::asio::error::operation_not_supported;
        if (!ready || !watched->descriptor.is_open()) return;
        watched->ready();
        if (watched->descriptor.is_open()) WaitReadable(watched);
      });
}

void WaitSignal(boost::asio::signal_set& signals,
                const std::shared_ptr<const std::function<void(int)>>& received) {
  signals.async_wait([&signals, received](const error_code& error, int signal) {
    if (error) return;
    WaitSignal(signals, received);
    (*received)(signal);
  });
}

}  // namespace

struct EventLoop::Impl {
  boost::asio::io_context context;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running{
      context.get_executor()};
  TimerId next_timer = 1;
  // An expired timer whose handler is queued is still canceled by leaving this map.
  std::map<TimerId, boost::asio::steady_timer> timers;
  std::map<int, std::shared_ptr<WatchedDescriptor>> watched;
  std::vector<std::unique_ptr<boost::asio::signal_set>> signal_sets;
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::Run() { impl_->context.run(); }
void EventLoop::Stop() { impl_->context.stop(); }

void EventLoop::Post(std::function<void()> task) {
  boost::asio::post(impl_->context, std::move(task));
}

TimerId EventLoop::After(std::chrono::nanoseconds delay, std::function<void()> task) {
  const TimerId id = impl_->next_timer++;
  auto& timer = impl_->timers.emplace(id, impl_->context).first->second;
  timer.expires_after(delay);
  timer.async_wait([impl = impl_.get(), id, task = std::move(task)](const error_code&) {
    if (impl->timers.erase(id) != 0) task();
  });
  return id;
}

void EventLoop::Cancel(TimerId timer) { impl_->timers.erase(timer); }

void EventLoop::Watch(int fd, std::function<void()> ready) {
  auto watched = std::make_shared<WatchedDescriptor>(impl_->context, fd, std::move(ready));
  impl_->watched.insert_or_assign(fd, watched);
  WaitReadable(watched);
}

void EventLoop::Unwatch(int fd) {
  const auto found = impl_->watched.find(fd);
  if (found == impl_->watched.end()) return;
  found->second->descriptor.release();
  impl_->watched.erase(found);
}

void EventLoop::OnSignals(const std::vector<int>& signals, std::function<void(int)> received) {
  auto set = std::make_unique<boost::asio::signal_set>(impl_->context);
  for (int signal : signals) set->add(signal);
  WaitSignal(*set, std::make_shared<const std::function<void(int)>>(std::move(received)));
  impl_->signal_sets.push_back(std::move(set));
}

}  // namespace sparsweep::base
