// The teacher of a distillation: a fine-tuned model, whole and for the student's task.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pruning_core/models/bert_model.h"
#include "pruning_core/tokenizer/vocabulary.h"

namespace sparsweep::core {

struct TeacherTask {
  Head head = Head::kClassification;
  std::vector<std::string> labels;  // the student's, by class number; empty unless classification
  int64_t vocabulary_size = 0;      // config.vocab_size of the student
  const Vocabulary* vocabulary = nullptr;  // the student's pieces; nullptr: not compared
  int64_t max_length = 0;                  // tokens of the longest example
};

// All layers and the head of an HF directory: BertForSequenceClassification,
// BertForQuestionAnswering, or an encoder with mean pooling in the sentence-transformers layout
// that ExportModel writes (1_Pooling, 2_Dense). Outputs stand in the order of `student.labels`,
// whatever that of id2label; where either side has no names but numbers (LABEL_0, or 0, 1, …), only
// their count is compared. Throws UserError, field training.teacher: MODEL_NOT_FOUND, and
// TEACHER_MISMATCH with both values for another head, label set, vocabulary size, too few positions
// or, where the directory has a vocabulary, the first other piece; for the files as LoadBertModel
// and LoadVocabulary.
[[nodiscard]] BertModel LoadTeacher(const std::string& path, const TeacherTask& student);

}  // namespace sparsweep::core
