#include "pruning_core/distributed/connect_ranks.h"

#include <c10/util/env.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <utility>

#include "pruning_core/distributed/c10d_transfer.h"
#include "pruning_core/distributed/gloo_group.h"
#include "pruning_core/distributed/nccl_group.h"
#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/distributed/rendezvous.h"

namespace sparsweep::core {
namespace {

using std::chrono::steady_clock;
using StorePointer = c10::intrusive_ptr<c10d::Store>;

// `deadline` is for the whole meeting: whatever of it is left, a second at least.
std::chrono::milliseconds Left(steady_clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
  return std::max<std::chrono::milliseconds>(left, std::chrono::seconds(1));
}

// Returns when all ranks are there.
StorePointer MeetAtStore(const RankSettings& settings, const Rendezvous& place) {
  c10d::TCPStoreOptions at;
  at.port = place.port;
  at.isServer = settings.rank == 0;
  if (at.isServer) at.masterListenFd = ListenAt(place);
  at.numWorkers = static_cast<size_t>(settings.size);
  at.timeout = settings.connect_timeout;
  return c10::make_intrusive<c10d::TCPStore>(place.host, at);
}

// Keys of one of the groups that share the store.
StorePointer PartOf(const StorePointer& store, const char* group) {
  return c10::make_intrusive<c10d::PrefixStore>(group, store);
}

// What each rank said, by rank.
std::vector<std::string> TellAll(const StorePointer& store, const RankSettings& settings,
                                 const std::string& own) {
  store->set(std::to_string(settings.rank), std::vector<uint8_t>(own.begin(), own.end()));
  std::vector<std::string> said;
  for (int64_t rank = 0; rank < settings.size; ++rank) {
    const std::vector<uint8_t> word = store->get(std::to_string(rank));
    said.emplace_back(word.begin(), word.end());
  }
  return said;
}

}  // namespace

bool HaveGpusOfTheirOwn(std::vector<std::string> gpus) {
  std::ranges::sort(gpus);
  return !gpus.empty() && !gpus.front().empty() && std::ranges::adjacent_find(gpus) == gpus.end();
}

std::unique_ptr<ProcessGroup> ConnectRanks(const RankSettings& settings, at::Device device) {
  const Rendezvous place = ParseRendezvous(settings.rendezvous);
  const auto deadline = steady_clock::now() + settings.connect_timeout;
  StorePointer store;
  std::unique_ptr<ProcessGroup> group;
  std::vector<std::string> gpus;
  try {
    // The flight recorder keeps a record of each sum that nobody reads here, and groups of one
    // process enter themselves in its table without its lock.
    c10::utils::set_env("TORCH_FR_BUFFER_SIZE", "0", /*overwrite=*/false);
    store = MeetAtStore(settings, place);
    group = MakeGlooGroup(settings, PartOf(store, "gloo"), AddressToward(place), Left(deadline));
    gpus = TellAll(PartOf(store, "gpu"), settings, GpuName(device));
  } catch (const RankLost&) {
    throw;
  } catch (const std::exception& error) {
    throw RankLost("NO_RENDEZVOUS",
                   fmt::format("world.rendezvous: the {} ranks have not met at {}:{} within {} s "
                               "({}); are all of them started, and can they reach that address?",
                               settings.size, place.host, place.port,
                               settings.connect_timeout.count(), FirstLine(error.what())));
  }
  if (!HaveGpusOfTheirOwn(gpus)) return group;
  return AddNccl(settings, PartOf(store, "nccl"), InterfaceOf(AddressToward(place)),
                 std::move(group), device);
}

}  // namespace sparsweep::core
