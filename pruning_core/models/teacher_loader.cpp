#include "pruning_core/models/teacher_loader.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pruning_core/data/data_source.h"
#include "pruning_core/model_io/bert_config.h"
#include "pruning_core/model_io/bert_weights.h"
#include "pruning_core/model_io/user_error.h"
#include "pruning_core/models/stored_weights.h"
#include "pruning_core/models/teacher_head.h"

namespace sparsweep::core {
namespace {

using Labels = std::vector<std::string>;

constexpr const char* kField = "training.teacher";
constexpr const char* kVocabulary = "give a teacher with the student's vocabulary";
constexpr size_t kShownLabels = 8;

[[noreturn]] void Mismatch(const std::string& path, std::string_view what,
                           const std::string& theirs, const std::string& ours,
                           std::string_view remedy) {
  throw UserError("TEACHER_MISMATCH", kField, theirs,
                  fmt::format("{}: '{}' has {} {}, the student {}; {}", kField, path, what, theirs,
                              ours, remedy));
}

std::string_view NameOf(Head head) {
  if (head == Head::kSpan) return "span";
  return head == Head::kRegression ? "regression" : "classification";
}

std::string Shown(const Labels& labels) {
  const Labels first(labels.begin(),
                     labels.begin() + static_cast<int64_t>(std::min(labels.size(), kShownLabels)));
  return fmt::format("{} ({}{})", labels.size(), fmt::join(first, ", "),
                     labels.size() > kShownLabels ? ", …" : "");
}

// No names that could be compared: "LABEL_0", … as HF fills in, or the class numbers themselves.
bool AreNumbers(const Labels& labels) {
  const auto all = [&](std::string_view prefix) {
    for (size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] != fmt::format("{}{}", prefix, i)) return false;
    }
    return true;
  };
  return all("LABEL_") || all("");
}

// The teacher's output for each of the student's classes.
std::vector<int64_t> OutputOfEachLabel(const std::string& path, const Labels& theirs,
                                       const Labels& ours, int64_t outputs) {
  constexpr const char* kRemedy = "give a teacher trained on the same labels";
  if (outputs != static_cast<int64_t>(ours.size())) {
    const std::string counted = theirs.empty() ? fmt::format("{}", outputs) : Shown(theirs);
    Mismatch(path, "the labels", counted, Shown(ours), kRemedy);
  }
  if (!theirs.empty() && theirs.size() != ours.size()) {
    Mismatch(path, "a head for", fmt::format("{} labels", outputs),
             fmt::format("{}, but its config.json names {}", ours.size(), Shown(theirs)), kRemedy);
  }
  std::vector<int64_t> order;
  const bool by_number = AreNumbers(theirs) || AreNumbers(ours);
  for (size_t i = 0; i < ours.size(); ++i) {
    if (by_number) {
      order.push_back(static_cast<int64_t>(i));
      continue;
    }
    const auto found = std::ranges::find(theirs, ours[i]);
    if (found == theirs.end()) {
      Mismatch(path, "the labels", Shown(theirs), fmt::format("{} with '{}'", Shown(ours), ours[i]),
               kRemedy);
    }
    order.push_back(found - theirs.begin());
  }
  return order;
}

// Equal numbers of pieces say little: the same ids must mean the same to both.
void RequireSamePieces(const std::string& path, const Vocabulary& student) {
  const Vocabulary teacher = LoadVocabulary(path, kField);
  const auto piece = [](const Vocabulary& of, size_t id) {
    return id < of.size() ? std::string_view(of.pieces()[id]) : std::string_view();
  };
  const auto shown = [](std::string_view text) {
    return text.empty() ? std::string("none") : Quoted(text);
  };
  for (size_t id = 0; id < std::max(teacher.size(), student.size()); ++id) {
    const std::string_view theirs = piece(teacher, id);
    const std::string_view ours = piece(student, id);
    if (theirs == ours) continue;
    Mismatch(path, fmt::format("at id {} the piece", id), shown(theirs), shown(ours), kVocabulary);
  }
}

void RequireFit(const std::string& path, const BertConfig& config, const TeacherTask& student) {
  if (config.vocab_size != student.vocabulary_size) {
    Mismatch(path, "a vocabulary of", std::to_string(config.vocab_size),
             std::to_string(student.vocabulary_size), kVocabulary);
  }
  if (student.vocabulary != nullptr && HasVocabulary(path)) {
    RequireSamePieces(path, *student.vocabulary);
  }
  if (config.max_position_embeddings < student.max_length) {
    Mismatch(path, "positions for", fmt::format("{} tokens", config.max_position_embeddings),
             fmt::format("task.max_length {}", student.max_length),
             "lower task.max_length or give another teacher");
  }
}

}  // namespace

BertModel LoadTeacher(const std::string& path, const TeacherTask& student) {
  const BertConfig config = ReadBertConfig(path, kField);
  RequireFit(path, config, student);
  const BertWeights weights(path, kField);
  RequireStoredSizes(weights, config, config.num_hidden_layers);
  StoredHead head = ReadStoredHead(path, config, weights);
  if (head.kind != student.head) {
    Mismatch(path, "a head for", std::string(NameOf(head.kind)), std::string(NameOf(student.head)),
             "give a teacher of the same task.kind");
  }
  const int64_t outputs = head.weight.size(0);
  if (head.kind == Head::kClassification) {
    const std::vector<int64_t> order =
        OutputOfEachLabel(path, config.labels, student.labels, outputs);
    const at::Tensor rows = at::tensor(at::ArrayRef<int64_t>(order));
    head.weight = at::index_select(head.weight, 0, rows);
    head.bias = at::index_select(head.bias, 0, rows);
  }
  BertModel teacher(config, config.num_hidden_layers, head.pooling, head.kind, outputs);
  ReadEncoder(weights, teacher.parameters());
  const std::string name(HeadName(head.kind));
  for (const Parameter& parameter : teacher.parameters()) {
    if (parameter.role != ParameterRole::kHead) continue;
    if (parameter.name == name + ".weight") {
      parameter.value.copy_(head.weight);
    } else if (parameter.name == name + ".bias") {
      parameter.value.copy_(head.bias);
    } else {
      parameter.value.copy_(weights.Read(parameter.name, parameter.value.sizes()));  // pooler
    }
  }
  return teacher;
}

}  // namespace sparsweep::core
