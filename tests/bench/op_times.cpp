#include "tests/bench/op_times.h"

#include <ATen/record_function.h>

#include <array>
#include <chrono>
#include <memory>
#include <string_view>

#include "fmt/format.h"

namespace sparsweep::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array<std::string_view, 6> kKinds = {"products", "attention", "activation",
                                                    "norm",     "copies",    "other"};

// An index into kKinds.
size_t KindOf(std::string_view name) {
  const auto is = [&](auto... names) { return ((name == names) || ...); };
  if (is("aten::mm", "aten::addmm")) return 0;
  if (is("aten::bmm", "aten::baddbmm", "aten::_softmax", "aten::softmax")) return 1;
  if (is("aten::gelu", "aten::gelu_backward")) return 2;
  if (is("aten::native_layer_norm", "aten::native_layer_norm_backward")) return 3;
  if (is("aten::copy_", "aten::add", "aten::add_", "aten::sub", "aten::mul", "aten::mul_",
         "aten::sum")) {
    return 4;
  }
  return 5;
}

// Of one operation: when it began, and what those within it took.
struct Running : at::ObserverContext {
  Clock::time_point begin = Clock::now();
  double within = 0;
  Running* outer = nullptr;
};

// Of the thread that made the OpTimes.
thread_local std::array<double, kKinds.size()>* seconds = nullptr;
thread_local Running* innermost = nullptr;

std::unique_ptr<at::ObserverContext> Begin(const at::RecordFunction& /*operation*/) {
  if (seconds == nullptr) return nullptr;
  auto running = std::make_unique<Running>();
  running->outer = innermost;
  innermost = running.get();
  return running;
}

void End(const at::RecordFunction& operation, at::ObserverContext* context) {
  if (seconds == nullptr || context == nullptr) return;
  const auto* const running = static_cast<Running*>(context);
  const double all = std::chrono::duration<double>(Clock::now() - running->begin).count();
  (*seconds)[KindOf(operation.name())] += all - running->within;
  innermost = running->outer;
  if (innermost != nullptr) innermost->within += all;
}

}  // namespace

OpTimes::OpTimes() : handle_(at::addGlobalCallback(at::RecordFunctionCallback(&Begin, &End))) {
  seconds = &seconds_;
}

OpTimes::~OpTimes() {
  at::removeCallback(handle_);
  seconds = nullptr;
}

std::string OpTimes::Json() const {
  std::string fields;
  for (size_t i = 0; i < kKinds.size(); ++i) {
    fields += fmt::format("{}\"{}\":{:.6f}", i == 0 ? "" : ",", kKinds[i], seconds_[i]);
  }
  return "{" + fields + "}";
}

}  // namespace sparsweep::bench
