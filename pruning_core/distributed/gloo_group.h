// The ranks of an attempt over TCP, by Gloo.
#pragma once

#include <c10/util/intrusive_ptr.h>

#include <chrono>
#include <memory>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "pruning_core/distributed/process_group.h"
#include "pruning_core/distributed/rank_settings.h"

namespace sparsweep::core {

// Among the ranks that share `store`; listens on `address`, an address of this host, and on no
// other. Tensors on a GPU travel through this host's memory. Throws c10d's exceptions when the
// ranks have not met within `limit`.
[[nodiscard]] std::unique_ptr<ProcessGroup> MakeGlooGroup(
    const RankSettings& settings, const c10::intrusive_ptr<c10d::Store>& store,
    const std::string& address, std::chrono::milliseconds limit);

}  // namespace sparsweep::core
