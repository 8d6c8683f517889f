// What the bits of a teacher's logits depend on.
#pragma once

#include <string>

#include "pruning_core/data/dataset.h"
#include "pruning_core/models/bert_model.h"

namespace sparsweep::core {

// 32 hex digits over the teacher's weights and shape: its content, whatever its files are called.
[[nodiscard]] std::string TeacherHash(const BertModel& teacher);

// 32 hex digits over `teacher_hash`, the tokens of the training examples, how they
// are padded, the threads and the processor's instruction set. Names and paths do not count.
[[nodiscard]] std::string LogitKey(const std::string& teacher_hash, const Dataset& dataset,
                                   int64_t positions);

}  // namespace sparsweep::core
