// Callbacks that must not outlive the object they call.
#pragma once

#include <memory>
#include <utility>

namespace sparsweep::worker {

// A member, declared last so that it dies first. Loop thread only: a guarded callback that runs
// there after the owner's death does nothing.
class Lifetime {
 public:
  Lifetime() = default;
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;

  template <typename Function>
  [[nodiscard]] auto Guard(Function function) const {
    return [alive = std::weak_ptr<char>(token_), function = std::move(function)](auto&&... args) {
      if (!alive.expired()) function(std::forward<decltype(args)>(args)...);
    };
  }

 private:
  // Shared only to be observed: weak_ptr needs it.
  std::shared_ptr<char> token_ = std::make_shared<char>();
};

}  // namespace sparsweep::worker
