#include "tests/pruning_core/kernels/host_cuda.h"

#include <ucontext.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace sparsweep::core {

HostIndex threadIdx;
HostIndex blockIdx;

namespace {

constexpr size_t kStack = 64 * 1024;
constexpr unsigned kWarpSize = 32;

enum class State { kReady, kAtBarrier, kAtBallot, kEnded };

struct Fiber {
  ucontext_t context;
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(kStack);
  State state = State::kReady;
  bool predicate = false;
  uint32_t ballot = 0;
};

std::vector<Fiber> fibers;
ucontext_t scheduler;
const std::function<void()>* body = nullptr;

void Enter() {
  (*body)();
  fibers[threadIdx.x].state = State::kEnded;
}

void Wait(State state) {
  const unsigned self = threadIdx.x;
  fibers[self].state = state;
  swapcontext(&fibers[self].context, &scheduler);
}

void Start(Fiber& fiber) {
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack.get();
  fiber.context.uc_stack.ss_size = kStack;
  fiber.context.uc_link = &scheduler;
  makecontext(&fiber.context, Enter, 0);
  fiber.state = State::kReady;
}

// Lets a warp go on when all its lanes stand at a ballot.
bool ReleaseWarps() {
  bool any = false;
  for (size_t first = 0; first < fibers.size(); first += kWarpSize) {
    uint32_t ballot = 0;
    bool all = true;
    for (size_t lane = 0; lane < kWarpSize; ++lane) {
      all = all && fibers[first + lane].state == State::kAtBallot;
      if (fibers[first + lane].predicate) ballot |= 1u << lane;
    }
    if (!all) continue;
    any = true;
    for (size_t lane = 0; lane < kWarpSize; ++lane) {
      fibers[first + lane].ballot = ballot;
      fibers[first + lane].state = State::kReady;
    }
  }
  return any;
}

bool ReleaseBarrier() {
  bool any = false;
  for (Fiber& fiber : fibers) {
    if (fiber.state == State::kAtBallot) return false;
    any = any || fiber.state == State::kAtBarrier;
  }
  for (Fiber& fiber : fibers) {
    if (fiber.state == State::kAtBarrier) fiber.state = State::kReady;
  }
  return any;
}

void RunBlock() {
  for (Fiber& fiber : fibers) Start(fiber);
  do {
    for (unsigned t = 0; t < fibers.size(); ++t) {
      if (fibers[t].state != State::kReady) continue;
      threadIdx.x = t;
      swapcontext(&scheduler, &fibers[t].context);
    }
  } while (ReleaseWarps() || ReleaseBarrier());
  for (const Fiber& fiber : fibers) {
    if (fiber.state != State::kEnded) std::abort();  // lanes of a warp went different ways
  }
}

}  // namespace

void __syncthreads() { Wait(State::kAtBarrier); }

uint32_t __ballot_sync(uint32_t, bool predicate) {
  Fiber& self = fibers[threadIdx.x];
  self.predicate = predicate;
  Wait(State::kAtBallot);
  return self.ballot;
}

void RunBlocks(int32_t blocks, int threads, const std::function<void()>& thread) {
  if (fibers.size() != static_cast<size_t>(threads)) {
    fibers = std::vector<Fiber>(static_cast<size_t>(threads));
  }
  body = &thread;
  for (blockIdx.x = 0; blockIdx.x < static_cast<unsigned>(blocks); ++blockIdx.x) RunBlock();
}

}  // namespace sparsweep::core
