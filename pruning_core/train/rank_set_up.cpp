#include "pruning_core/train/rank_set_up.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>
#include <xxhash.h>

#include "pruning_core/distributed/word_agreement.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {

void RequireSameRun(ProcessGroup& group, const std::string& identity) {
  WordAgreement agreement(group);
  agreement.Start({XXH3_64bits(identity.data(), identity.size())});
  if (!agreement.Finish()) return;
  throw UserError("RANKS_DIFFER", "world", std::to_string(group.size()),
                  fmt::format("world: the {} ranks read different models, data or specs; give all "
                              "their hosts the same files",
                              group.size()));
}

bool AnswerOfRankZero(ProcessGroup& group, bool own) {
  const at::Tensor answer = at::empty({1}, at::kByte);
  *answer.mutable_data_ptr<uint8_t>() = own ? 1 : 0;
  group.Broadcast(answer, 0);
  return *answer.const_data_ptr<uint8_t>() != 0;
}

void ShareCheckpoint(ProcessGroup& group, const std::vector<NamedTensor>& tensors,
                     CheckpointState& state) {
  // Steps and counts are far below 2^53.
  const at::Tensor numbers = at::empty({6}, at::kDouble);
  auto* const values = numbers.mutable_data_ptr<double>();
  values[0] = static_cast<double>(state.step);
  values[1] = state.loss_sum;
  values[2] = static_cast<double>(state.loss_count);
  values[3] = static_cast<double>(state.best.step);
  values[4] = state.best.score;
  values[5] = static_cast<double>(state.best.evaluations_since);
  group.Broadcast(numbers, 0);
  state.step = static_cast<int64_t>(values[0]);
  state.loss_sum = values[1];
  state.loss_count = static_cast<int64_t>(values[2]);
  state.best.step = static_cast<int64_t>(values[3]);
  state.best.score = values[4];
  state.best.evaluations_since = static_cast<int64_t>(values[5]);
  for (const NamedTensor& named : tensors) group.Broadcast(named.tensor, 0);
}

}  // namespace sparsweep::core
