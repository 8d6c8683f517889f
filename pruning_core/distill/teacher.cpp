#include "pruning_core/distill/teacher.h"

#include <ATen/TensorOperators.h>
#include <fmt/format.h>

#include <utility>

#include "pruning_core/distill/file_lock.h"
#include "pruning_core/distill/logit_file.h"
#include "pruning_core/distill/logit_key.h"
#include "pruning_core/model_io/user_error.h"

namespace sparsweep::core {

int64_t FixedPositions(const contract::TrialSpec& spec) {
  const bool fixed = spec.task.kind == "span" && spec.pruning.numerics == "reference";
  return fixed ? static_cast<int64_t>(spec.task.max_length) : 0;
}

namespace {

void RequireFinite(const std::string& teacher, const at::Tensor& logits) {
  if (logits.isfinite().all().item<bool>()) return;
  throw UserError(
      "TEACHER_NOT_FINITE", "training.teacher", teacher,
      fmt::format("training.teacher: {} answers some examples with NaN or infinity; give "
                  "another teacher",
                  teacher));
}

// Another device rounds otherwise.
std::string HashWithDevice(const BertModel& teacher) {
  const std::string hash = TeacherHash(teacher);
  if (teacher.device().is_cpu()) return hash;
  return fmt::format("{} on {}", hash, c10::DeviceTypeName(teacher.device().type(), true));
}

}  // namespace

std::optional<TeacherLogits> ObtainTeacherLogits(const contract::TrialSpec& spec,
                                                 const BertModel& teacher, const TaskData& data,
                                                 int32_t pad_id, const TeacherDeps& deps) {
  const int64_t positions = FixedPositions(spec);
  LogitLayout layout(data.train, static_cast<int64_t>(data.labels.size()), positions);
  const LogitFile file(spec.cache_directory.empty() ? spec.directory : spec.cache_directory,
                       LogitKey(HashWithDevice(teacher), data.train, positions));
  at::Tensor values;
  if (file.Read(layout.size(), values) != LogitFile::State::kWhole) {
    deps.observer.progress(0, layout.rows());  // another may compute: the wait can be long
    FileLock lock(file.lock_path());
    if (!lock.Acquire(deps.observer.stop_requested)) return std::nullopt;
    const LogitFile::State state =
        file.Read(layout.size(), values);  // another may have been faster
    if (state == LogitFile::State::kDamaged) {
      deps.warn(fmt::format("{}: damaged; computed again", file.path()));
    }
    if (state != LogitFile::State::kWhole) {
      std::optional<at::Tensor> computed =
          RunTeacher(teacher, data.train, pad_id, layout, positions, deps.observer);
      if (!computed) return std::nullopt;
      values = *std::move(computed);
      RequireFinite(spec.training.teacher, values);
      file.Write(values);
    }
  }
  return TeacherLogits(std::move(layout), std::move(values));
}

}  // namespace sparsweep::core
