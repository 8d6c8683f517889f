#include "pruning_core/train/shared_teacher.h"

#include <ATen/ops/empty.h>

#include <utility>

namespace sparsweep::core {
namespace {

enum class Word : int64_t { kBusy, kStopped, kReady };

// What rank 0 says; the argument counts there only.
Word Say(ProcessGroup& group, Word word) {
  const at::Tensor said = at::empty({1}, at::kLong);
  *said.mutable_data_ptr<int64_t>() = static_cast<int64_t>(word);
  group.Broadcast(said, 0);
  return static_cast<Word>(*said.const_data_ptr<int64_t>());
}

std::optional<TeacherLogits> Receive(ProcessGroup& group, LogitLayout layout) {
  Word word = Word::kBusy;
  while (word == Word::kBusy) word = Say(group, word);
  if (word == Word::kStopped) return std::nullopt;
  at::Tensor values = at::empty({layout.size()}, at::kFloat);
  group.Broadcast(values, 0);
  return TeacherLogits(std::move(layout), std::move(values));
}

}  // namespace

std::optional<TeacherLogits> ShareTeacherLogits(ProcessGroup& group,
                                                const contract::TrialSpec& spec,
                                                const BertModel& teacher, const TaskData& data,
                                                int32_t pad_id, TeacherDeps deps) {
  if (group.rank() != 0) {
    return Receive(group, LogitLayout(data.train, static_cast<int64_t>(data.labels.size()),
                                      FixedPositions(spec)));
  }
  // Asked before each batch, and while another process holds the cache.
  deps.observer.stop_requested = [&group, asked = std::move(deps.observer.stop_requested)] {
    Say(group, Word::kBusy);
    return asked();
  };
  auto logits = ObtainTeacherLogits(spec, teacher, data, pad_id, deps);
  Say(group, logits ? Word::kReady : Word::kStopped);
  if (logits) group.Broadcast(logits->values(), 0);
  return logits;
}

}  // namespace sparsweep::core
